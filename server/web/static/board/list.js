// The list at the reading side: the oldest untaken alert on top, with its timer.

import { everySecond, now } from "./clock.js";
import { byId, h, swap } from "./element.js";
import { group, GROUPS, inOrder, isOver, isPressedAgain, isUntaken } from "./incidents.js";
import { glyph, isSilent, stateWords } from "./look.js";
import { whenFree } from "./pointer.js";
import { age, clock, coordinates, distance, full, percent, say, timer } from "./words.js";

const FADED = 10_000; // ms between two looks at ages and minutes
const LOW = 0.2; // of a full battery; above that it can wait for the open incident
const TITLES = {
  untaken: "web.list.untaken",
  again: "web.list.again",
  pending: "web.list.pending",
  taken: "web.list.taken",
  cancelled: "web.list.cancelled",
};

export class List {
  /** `onOpen(id)`, `onTake(id)`, `onMore()`; `whenEmpty()` says what stands there instead. */
  constructor({ onOpen, onTake, onMore, whenEmpty }) {
    Object.assign(this, { onOpen, onTake, onMore, whenEmpty });
    this.paint = () => this.repaint();
    this.all = [];
    this.shown = [];
    this.fresh = new Set();
    this.selected = null;
    this.more = false;
    this.closed = false;
    this.drawnAt = 0;
    this.known = null; // ids seen before: what is new arrives with one movement
    byId("find").addEventListener("input", () => this.draw());
    everySecond((time) => this.tick(time));
  }

  show(incidents, { closed = false, more = false } = {}) {
    this.all = closed ? [...incidents] : inOrder(incidents);
    Object.assign(this, { closed, more });
    this.fresh = new Set(this.known ? this.all.map(({ id }) => id).filter((id) => !this.known.has(id)) : []);
    this.draw();
    this.fresh.clear();
    this.known = new Set([...(this.known ?? []), ...this.all.map(({ id }) => id)]);
  }

  select(id) {
    this.selected = id;
    this.draw();
  }

  /** The id `step` places after the selected one, or the first. */
  neighbour(step) {
    const ids = this.shown.map(({ id }) => id);
    const place = ids.indexOf(this.selected);
    if (place < 0) return ids[0];
    return ids[Math.min(ids.length - 1, Math.max(0, place + step))];
  }

  focus(id) {
    byId("cards").querySelector(`[data-focus="open ${CSS.escape(id)}"]`)?.focus();
  }

  draw() {
    whenFree(this.paint);
  }

  repaint() {
    const wanted = byId("find").value.trim().toLocaleLowerCase();
    this.shown = this.all.filter((incident) => matches(incident, wanted));
    this.drawnAt = now();
    const groups = this.closed ? [[null, this.shown]] : grouped(this.shown);
    swap(
      byId("cards"),
      groups.map(([title, members]) => [
        title && h("h2", {}, title, " ", h("span", { class: "count" }, String(members.length))),
        h("ol", {}, members.map((incident) => this.card(incident))),
      ]),
      this.more && h("button", { type: "button", class: "more", onclick: this.onMore }, say("web.list.more")),
      this.shown.length === 0 && (wanted ? h("p", { class: "nothing" }, say("web.list.nothing")) : this.whenEmpty()),
    );
  }

  tick(time) {
    for (const element of byId("cards").querySelectorAll("[data-since]")) {
      element.textContent = timer(time - Number(element.dataset.since));
    }
    const counting = this.shown.some(({ state }) => state === "pending");
    if (counting || time - this.drawnAt > FADED) this.draw();
  }

  card(incident) {
    const time = now();
    const untaken = isUntaken(incident);
    const selected = incident.id === this.selected;
    const classes = [
      "card", untaken && "is-untaken", selected && "is-selected", this.fresh.has(incident.id) && "is-new",
    ];
    return h("li", { class: classes.filter(Boolean).join(" "), "data-id": incident.id },
      glyph(incident, time, 52),
      h("button", {
        type: "button", class: "open", "data-focus": `open ${incident.id}`,
        "aria-current": selected && "true", onclick: () => this.onOpen(incident.id),
      }, heading(incident)),
      untaken && h("span", { class: "timer", role: "timer", "data-since": Date.parse(incident.opened_at) },
        timer(time - Date.parse(incident.opened_at))),
      !untaken && h("time", { class: "opened", datetime: incident.opened_at, title: full(incident.opened_at) },
        clock(incident.opened_at, time)),
      h("p", { class: "state" }, words(incident, time)),
      h("p", { class: "facts" }, facts(incident, time)),
      untaken && h("button", {
        type: "button", class: "take", "data-focus": `take ${incident.id}`,
        onclick: () => this.onTake(incident.id),
      }, say("web.action.take"), h("span", { class: "quiet" }, ` ${incident.code}`)),
    );
  }
}

const heading = (incident) => [
  h("bdi", { class: "name" }, incident.activist ?? say("web.incident.unreadable")), " ",
  h("bdi", { class: "code", dir: "ltr" }, incident.code),
];

function words(incident, time) {
  return [
    incident.kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill")),
    incident.duress && h("strong", { class: "word duress" }, say("web.word.duress")),
    h("span", {}, stateWords(incident, time)),
    isPressedAgain(incident) &&
      h("strong", { class: "word again" }, say("web.state.pressed_again", { time: clock(incident.pressed_again_at, time) })),
    isSilent(incident, time) &&
      h("span", { class: "word silent" }, say("web.state.silent", { time: clock(incident.last_heard_at, time) })),
  ];
}

function facts(incident, time) {
  const { position } = incident;
  const said = (...texts) => h("span", {}, texts.filter(Boolean).join(" · "));
  return [
    position && h("bdi", { dir: "ltr" }, coordinates(position)),
    position
      ? said(
        position.accuracy_m !== null && say("web.place.within", { distance: distance(position.accuracy_m) }),
        say("web.place.ago", { age: age(time - Date.parse(position.at)) }))
      : said(say("web.place.none")),
    incident.battery !== null && incident.battery < LOW &&
      said(say("web.place.battery", { percent: percent(incident.battery) })),
    !isOver(incident) && said(answers(incident)),
  ];
}

export function answers(incident) {
  if (incident.acting > 0) return say("web.contacts.acting", { count: incident.acting, all: incident.contacts });
  if (incident.contacts === 0) return say("web.contacts.none");
  if (incident.all_declined) return say("web.contacts.all_declined");
  return say("web.contacts.delivered", { count: incident.delivered, all: incident.contacts });
}

function matches(incident, wanted) {
  if (!wanted) return true;
  const said = [incident.code, incident.activist, incident.office_name, incident.taken_by?.name];
  if (incident.position) said.push(coordinates(incident.position));
  return said.some((text) => text?.toLocaleLowerCase().includes(wanted));
}

function grouped(incidents) {
  return GROUPS
    .map((name) => [say(TITLES[name]), incidents.filter((incident) => group(incident) === name)])
    .filter(([, members]) => members.length);
}
