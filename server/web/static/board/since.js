// Since you left: what happened while nobody sat at this desk, until it is put away.

import * as api from "./api.js";
import { now } from "./clock.js";
import { byId, h, swap } from "./element.js";
import { isUntaken } from "./incidents.js";
import { glyph, stateWords } from "./look.js";
import { clock, say } from "./words.js";

const KEPT = "candlewire.since"; // the absence that was put away, as a time
const COUNTS = {
  raised: "web.since.raised",
  untaken: "web.since.untaken",
  taken: "web.since.taken",
  answered: "web.since.answered",
  closed: "web.since.closed",
  drills: "web.since.drills",
};
const STEPS = {
  raised: "web.since.did_raised",
  pressed_again: "web.since.did_pressed_again",
  answered: "web.since.did_answered",
  all_declined: "web.since.did_all_declined",
  taken: "web.since.did_taken",
  assigned: "web.since.did_assigned",
  given_back: "web.since.did_given_back",
  stopped: "web.since.did_stopped",
  closed: "web.since.did_closed",
  reopened: "web.since.did_reopened",
};

export class Since {
  /** `onOpen(id)`; `onProblem(problem)`. */
  constructor({ onOpen, onProblem }) {
    Object.assign(this, { onOpen, onProblem });
    this.panel = byId("since-panel");
    this.button = byId("since");
    this.button.addEventListener("click", () => this.toggle());
  }

  get shown() {
    return !this.panel.hidden;
  }

  /** Comes by itself where something is to be told that was not put away yet. */
  async offer() {
    const told = await this.ask();
    if (!told?.since || localStorage.getItem(KEPT) === told.since) return;
    if (told.incidents.length || told.shifts.some(({ note }) => note)) this.show(told);
  }

  async toggle() {
    if (this.shown) this.dismiss();
    else {
      const told = await this.ask();
      if (told) this.show(told);
      if (told) this.panel.querySelector("h2").focus();
    }
  }

  async ask() {
    try {
      return await api.since();
    } catch (problem) {
      this.onProblem(problem);
      return null;
    }
  }

  show(told) {
    this.told = told;
    const time = now();
    swap(this.panel,
      h("header", {},
        h("h2", { tabindex: "-1", "data-focus": "since" }, say("web.since.title")),
        told.since && h("p", { class: "late" }, say("web.since.since", { time: clock(told.since, time) })),
        h("button", { type: "button", class: "primary", onclick: () => this.dismiss() }, say("web.since.dismiss"))),
      !told.since && h("p", {}, say("web.since.never")),
      told.since && this.counts(told.counts),
      told.since && this.incidents(told, time),
      told.shifts.length > 0 && h("h3", {}, say("web.since.notes")),
      told.shifts.length > 0 && h("ul", { class: "handed" }, told.shifts.map((shift) => handed(shift, time))));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.panel.scrollTop = 0;
  }

  dismiss() {
    if (this.told?.since) localStorage.setItem(KEPT, this.told.since);
    this.hide();
    this.button.focus();
  }

  /** Out of the way of an incident that is opened; it comes back with the button. */
  hide() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  counts(counts) {
    const shown = Object.entries(COUNTS).filter(([name]) => counts[name] > 0);
    if (!shown.length) return h("p", {}, say("web.since.nothing"));
    return h("dl", { class: "counts" }, shown.map(([name, key]) =>
      h("div", { class: name }, h("dt", {}, say(key)), h("dd", {}, String(counts[name])))));
  }

  /** What nobody has comes first. */
  incidents({ incidents, more }, time) {
    const first = incidents.filter(isUntaken);
    const rest = incidents.filter((incident) => !isUntaken(incident));
    return [
      h("ol", { class: "happened" }, [...first, ...rest].map((incident) => this.line(incident, time))),
      more && h("p", { class: "late" }, say("web.since.more")),
    ];
  }

  line(incident, time) {
    const steps = Object.entries(STEPS).filter(([kind]) => incident.happened[kind])
      .map(([kind, key]) => say(key, { count: incident.happened[kind] }));
    return h("li", { class: isUntaken(incident) ? "is-untaken" : null },
      glyph(incident, time, 40),
      h("div", {},
        h("button", { type: "button", class: "open", onclick: () => this.onOpen(incident.id) },
          h("bdi", { class: "name" }, incident.activist ?? say("web.incident.unreadable")), " ",
          h("bdi", { class: "code", dir: "ltr" }, incident.code)),
        h("p", { class: "state" },
          incident.kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill")),
          h("span", {}, stateWords(incident, time))),
        h("p", { class: "late" }, steps.join(" · "))));
  }
}

function handed({ name, office_name, ended_at, left, note }, time) {
  const until = clock(ended_at, time);
  return h("li", {},
    h("p", { class: "late" }, h("bdi", {}, name), " · ", h("bdi", {}, office_name), " · ",
      say(left ? "web.since.left" : "web.since.until", { time: until })),
    note && h("p", { class: "said", dir: "auto" }, note));
}
