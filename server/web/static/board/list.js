// The list at the reading side: the oldest untaken alert on top, with its timer.

import { everySecond, now } from "./clock.js";
import { byId, h, swap } from "./element.js";
import { eventMark } from "./events.js";
import { group, GROUPS, inOrder, isOver, isPressedAgain, isUntaken } from "./incidents.js";
import { glyph, isSilent, stateWords } from "./look.js";
import { whenFree } from "./pointer.js";
import { lookers } from "./presence.js";
import { age, clock, coordinates, distance, full, percent, say, timer } from "./words.js";

const FADED = 10_000; // ms between two looks at ages and minutes
const DRAWN = 200; // cards at first; the rest of a bad day comes by a button, or by going down
const LOW = 0.2; // of a full battery; above that it can wait for the open incident
export const TITLES = {
  untaken: "web.list.untaken",
  again: "web.list.again",
  pending: "web.list.pending",
  taken: "web.list.taken",
  cancelled: "web.list.cancelled",
};

export class List {
  /**
   * `onOpen(id)`, `onTake(id)`, `onMore()`; `filters` leave out; `whenEmpty()` says what stands
   * where nothing does.
   */
  constructor({ onOpen, onTake, onMore, filters, whenEmpty }) {
    Object.assign(this, { onOpen, onTake, onMore, filters, whenEmpty });
    this.paint = () => this.repaint();
    this.drawn = DRAWN;
    this.all = [];
    this.shown = [];
    this.fresh = new Set();
    this.selected = null;
    this.more = false;
    this.closed = false;
    this.drawnAt = 0;
    this.known = null; // ids seen before: what is new arrives with one movement
    byId("find").addEventListener("input", () => this.draw());
    byId("hidden-show").addEventListener("click", () => this.showAll());
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
    const next = Math.min(ids.length - 1, Math.max(0, place + step));
    if (next >= this.drawn) this.drawMore();
    return ids[next];
  }

  drawMore() {
    this.drawn += DRAWN;
    this.draw();
  }

  showAll() {
    byId("find").value = "";
    this.filters.clear();
    this.draw();
  }

  focus(id) {
    byId("cards").querySelector(`[data-focus="open ${CSS.escape(id)}"]`)?.focus();
  }

  draw() {
    whenFree(this.paint);
  }

  repaint() {
    const wanted = byId("find").value.trim().toLocaleLowerCase();
    this.shown = this.all.filter((incident) => this.filters.passes(incident) && matches(incident, wanted));
    this.drawnAt = now();
    const drawn = this.shown.slice(0, this.drawn);
    const groups = this.closed ? [[null, drawn]] : grouped(drawn, this.shown);
    swap(
      byId("cards"),
      groups.map(([title, members, count]) => [
        title && h("h2", {}, title, " ", h("span", { class: "count" }, String(count))),
        h("ol", {}, members.map((incident) => this.card(incident))),
      ]),
      drawn.length < this.shown.length &&
        h("button", { type: "button", class: "more", onclick: () => this.drawMore() }, say("web.list.more")),
      this.more && drawn.length === this.shown.length &&
        h("button", { type: "button", class: "more", onclick: this.onMore }, say("web.list.more")),
      this.shown.length === 0 && this.nothing(wanted),
    );
    this.count();
  }

  nothing(wanted) {
    if (wanted) return h("p", { class: "nothing" }, say("web.list.nothing"));
    if (this.all.length) return h("p", { class: "nothing" }, say("web.filter.nothing"));
    return this.whenEmpty();
  }

  /** A real alert that nobody has is never hidden without a word. */
  count() {
    const seen = new Set(this.shown);
    const hidden = this.all.filter((incident) =>
      incident.kind === "alert" && isUntaken(incident) && !seen.has(incident)).length;
    byId("hidden-untaken").hidden = hidden === 0;
    const said = hidden ? say("web.filter.hidden", { count: hidden }) : "";
    if (byId("hidden-count").textContent !== said) byId("hidden-count").textContent = said;
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
      lookers(incident.id),
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
  eventMark(incident) && " ", eventMark(incident),
];

function words(incident, time) {
  return [
    incident.kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill")),
    incident.duress && h("strong", { class: "word duress" }, say("web.word.duress")),
    h("span", {}, stateWords(incident, time)),
    isPressedAgain(incident) &&
      h("strong", { class: "word again" }, say("web.state.pressed_again", { time: clock(incident.pressed_again_at, time) })),
    incident.proposal && h("strong", { class: "word proposed" }, say("web.state.proposed")),
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

/** The groups with their cards that are drawn, and how many there are in all. */
function grouped(drawn, all) {
  const of = (name) => (incident) => group(incident) === name;
  return GROUPS
    .map((name) => [say(TITLES[name]), drawn.filter(of(name)), all.filter(of(name)).length])
    .filter(([, members]) => members.length);
}
