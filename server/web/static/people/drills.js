// Drills that were called, and what came of each.

import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { clock, say } from "../board/words.js";
import { step, sure } from "./asking.js";
import * as calls from "./calls.js";
import { nameOf } from "./roster.js";

const time = (at) => clock(at, now());
const STEPS = ["stored", "delivered", "answered"];

/** 0.4 s, 12 s, 3 min: how long a step took. */
function span(milliseconds) {
  if (milliseconds === null) return "–";
  const seconds = milliseconds / 1000;
  if (seconds < 120) return say("web.unit.seconds", { count: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
  return say("web.unit.minutes", { count: Math.round(seconds / 60) });
}

export class Drills {
  /** `mendsOf(id)`: what to mend today; `onOpen(activist)`. */
  constructor({ administrator, mendsOf, onOpen }) {
    Object.assign(this, { administrator, mendsOf, onOpen });
  }

  async load() {
    const drills = await calls.drills();
    byId("none-called").hidden = drills.length > 0;
    swap(byId("called"), drills.map((one) => h("li", {},
      h("p", {}, h("strong", {}, time(one.started_at)),
        [say(`people.drill.by_${one.way}`), say("people.drill.chosen", { count: one.people })].join(" · ")),
      standing(one),
      h("button", { type: "button", "data-focus": one.id, onclick: () => this.open(one.id) }, say("people.drill.report")))));
  }

  open(id) {
    return step(async () => this.show(await calls.report(id)), "");
  }

  show(report) {
    const { drill, totals, people } = report;
    swap(byId("report"),
      h("h2", { id: "report-title", tabindex: "-1" }, say("people.drill.of", { time: time(drill.started_at) })),
      h("p", {}, standing(drill)),
      h("dl", { class: "totals" },
        total("raised", `${totals.raised} / ${totals.people}`),
        total("delivered", `${totals.delivered} / ${totals.contacts}`),
        total("answered", `${totals.answered} / ${totals.contacts}`),
        total("missed", totals.missed),
        total("unanswered", totals.unanswered)),
      this.figures(report),
      this.people(people),
      h("div", { class: "row" },
        h("button", { type: "button", onclick: () => this.open(drill.id) }, say("people.drill.again")),
        this.administrator && !drill.ended_at && h("button", { type: "button", onclick: () => this.end(drill.id) }, say("people.drill.end"))));
    byId("report").hidden = false;
    byId("report-title").focus();
  }

  figures(report) {
    return h("table", {},
      h("thead", {}, h("tr", {}, ["step", "p50", "p90"].map((name) => h("th", { scope: "col" }, say(`people.drill.${name}`))))),
      h("tbody", {}, STEPS.map((name) => h("tr", {},
        h("th", { scope: "row" }, say(`people.drill.step_${name}`)),
        ["p50", "p90"].map((share) => h("td", { class: "count" }, span(report[name]?.[share] ?? null)))))));
  }

  people(people) {
    const titles = ["name", "delivered", "answered", "step_stored", "step_delivered", "step_answered", "mends"];
    return h("div", { class: "wide", role: "group", "aria-labelledby": "report-title", tabindex: "0" }, h("table", {},
      h("thead", {}, h("tr", {}, titles.map((title) =>
        h("th", { scope: "col" }, say(["name", "mends"].includes(title) ? `people.list.${title}` : `people.drill.${title}`))))),
      h("tbody", {}, people.map((one) => h("tr", {},
        h("th", { scope: "row" },
          h("button", { type: "button", class: "name", onclick: () => this.onOpen(one) }, h("bdi", {}, nameOf(one)))),
        one.incident_id
          ? [mark(one.delivered, one.contacts), mark(one.answered, one.contacts),
            ...STEPS.map((name) => h("td", { class: "count" }, span(one[`${name}_ms`])))]
          : h("td", { colspan: 5 }, say(`people.drill.${one.left_out ?? "not_raised"}`)),
        h("td", {}, this.mend(one)))))));
  }

  mend({ id }) {
    const [first, ...others] = this.mendsOf(id);
    if (!first) return "";
    return [say(`web.readiness.${first}`), others.length > 0 && ` ${say("people.list.more", { count: others.length })}`]
      .filter(Boolean).join("");
  }

  end(id) {
    sure(say("people.drill.end"), say("people.drill.end_about"), async () => {
      this.show(await calls.endDrill(id));
      await this.load();
    });
  }
}

function standing({ ended_at, until }) {
  return ended_at
    ? h("span", { class: "pill mark-mute" }, say("people.drill.ended", { time: time(ended_at) }))
    : h("span", { class: "pill mark-drill" }, say("people.drill.runs", { time: time(until) }));
}

const total = (name, value) =>
  h("div", {}, h("dt", {}, say(`people.drill.${name}`)), h("dd", { class: "count" }, h("bdi", { dir: "ltr" }, value)));

const mark = (some, all) =>
  h("td", { class: "count" }, h("span", { class: `pill mark-${some ? "safe" : "alarm"}`, dir: "ltr" }, `${some} / ${all}`));
