// Everybody and how ready they are: the worst first, sieved, and chosen for a drill.

import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { age, say } from "../board/words.js";

const since = (at) => (at ? age(now() - Date.parse(at)) : say("people.list.never"));

export const nameOf = (one) => one.name ?? say("people.list.hidden");

export class Roster {
  /** `onOpen(activist)`; `onCall(ids)` for a drill. */
  constructor({ administrator, onOpen, onCall }) {
    Object.assign(this, { administrator, onOpen, onCall });
    this.people = [];
    this.chosen = new Set();
    // Not on "change" too: it comes with the click that leaves the field, and would take away the
    // row that is being clicked.
    byId("sieve").addEventListener("input", () => this.draw());
    byId("sieve").addEventListener("submit", (event) => event.preventDefault());
    byId("call").addEventListener("click", () => this.onCall([...this.chosen]));
  }

  show(people) {
    this.people = people;
    const ids = new Set(people.map(({ id }) => id));
    for (const id of this.chosen) if (!ids.has(id)) this.chosen.delete(id);
    this.offerOffices();
    this.draw();
  }

  offerOffices() {
    const offices = new Map(this.people.map((one) => [one.office, one.office_name]));
    const choice = byId("of-office");
    const held = choice.value;
    choice.replaceChildren(h("option", { value: "" }, say("people.list.all_offices")),
      ...[...offices].map(([id, name]) => h("option", { value: id }, name)));
    choice.value = offices.has(held) ? held : "";
    choice.hidden = offices.size < 2;
    choice.labels[0].hidden = choice.hidden;
  }

  shown() {
    const { search, show, office } = Object.fromEntries(new FormData(byId("sieve")));
    const wanted = search.trim().toLocaleLowerCase();
    return this.people.filter((one) =>
      (!office || one.office === office)
      && (show !== "exposed" || !one.protected)
      && (show !== "mend" || one.mends.length > 0)
      && (!wanted || (one.name ?? "").toLocaleLowerCase().includes(wanted)));
  }

  draw() {
    const shown = this.shown();
    byId("nobody").hidden = shown.length > 0;
    byId("people").hidden = shown.length === 0;
    swap(byId("people"), this.head(shown), h("tbody", {}, shown.map((one) => this.line(one))));
    this.count();
  }

  count() {
    byId("call").disabled = this.chosen.size === 0;
    byId("call").textContent = say("people.drill.call_for", { count: this.chosen.size });
  }

  head(shown) {
    const every = shown.length > 0 && shown.every(({ id }) => this.chosen.has(id));
    const titles = ["name", "state", "contacts", "phone", "drill", "plan", "mends"];
    return h("thead", {}, h("tr", {},
      this.administrator && h("th", { scope: "col" }, box(say("people.list.choose_all"), "all", every, (on) => {
        for (const { id } of shown) on ? this.chosen.add(id) : this.chosen.delete(id);
        this.draw();
      })),
      titles.map((title) => h("th", { scope: "col" }, say(`people.list.${title}`)))));
  }

  line(one) {
    const name = nameOf(one);
    const [first, ...others] = one.mends;
    return h("tr", {},
      this.administrator && h("td", {}, box(say("people.list.choose", { name }), one.id, this.chosen.has(one.id), (on) => {
        on ? this.chosen.add(one.id) : this.chosen.delete(one.id);
        this.count();
      })),
      h("th", { scope: "row" },
        h("button", { type: "button", class: "name", "data-focus": `open ${one.id}`, onclick: () => this.onOpen(one) }, h("bdi", {}, name)),
        h("span", { class: "sum" }, h("bdi", {}, one.office_name))),
      h("td", {}, state(one)),
      h("td", { class: "count" }, one.reachable),
      h("td", { class: "count" }, since(one.heard_at)),
      h("td", { class: "count" }, since(one.drilled_at)),
      h("td", { class: "count" }, since(one.reviewed_at)),
      h("td", {}, first && say(`web.readiness.${first}`),
        others.length > 0 && h("span", { class: "sum" }, ` ${say("people.list.more", { count: others.length })}`)));
  }
}

export function state(one) {
  const [mark, word] = !one.protected ? ["alarm", "people.list.exposed"]
    : one.mends.length ? ["waiting", "people.list.weak"] : ["safe", "people.list.protected"];
  return h("span", { class: `pill mark-${mark}` }, say(word));
}

function box(label, focus, checked, onchange) {
  return h("label", { class: "box" }, h("input", {
    type: "checkbox", "aria-label": label, "data-focus": `box ${focus}`, checked,
    onchange: (event) => onchange(event.currentTarget.checked),
  }));
}
