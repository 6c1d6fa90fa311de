// Requests to take something out: asked for here, agreed to by a colleague, fetched once.

import { byId, h, swap } from "../board/element.js";
import { clock, say } from "../board/words.js";
import { now } from "../board/clock.js";
import * as calls from "./calls.js";
import { complain, problemWords, tell } from "./calls.js";

const FORMS = {
  pdf: "record.exports.form_pdf", csv: "record.exports.form_csv",
  geojson: "record.exports.form_geojson", text: "record.exports.form_text",
};
const STATES = {
  waiting: "record.exports.waiting", approved: "record.exports.approved",
  refused: "record.exports.refused", fetched: "record.exports.fetched",
  expired: "record.exports.expired",
};
const MARKS = { waiting: "waiting", approved: "safe", refused: "alarm", fetched: "mute", expired: "mute" };
const EVERY = 10_000; // ms; a colleague's word shows here without being asked for
const DAY = 24 * 3600 * 1000;
const STEPS = { approve: "record.exports.ready", refuse: "" };

export class Exports {
  constructor(session) {
    this.session = session;
    this.incident = null;
    this.drawn = "";
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.wish());
    });
    byId("ask").addEventListener("change", () => this.fit());
    byId("ask-until").value = day(now());
    byId("ask-since").value = day(now() - 30 * DAY);
    setInterval(() => !document.hidden && this.load().catch(() => {}), EVERY);
    this.fit();
  }

  /** One incident may be asked for: the one that somebody came here with. */
  offer(incident, words) {
    this.incident = incident;
    byId("what").querySelector("[value=incident]")?.remove();
    byId("what").prepend(h("option", { value: "incident" }, words));
    byId("what").value = "incident";
    byId("from-board").hidden = true;
    this.fit();
  }

  fit() {
    const period = byId("what").value === "period";
    for (const field of document.querySelectorAll("#ask .period")) {
      field.hidden = !period;
      for (const input of field.querySelectorAll("input, select")) input.disabled = !period;
    }
    const names = byId("ask-names").checked;
    byId("ask-numbers").disabled = !names;
    if (!names) byId("ask-numbers").checked = false;
    const works = !period && this.incident?.taken_by?.id === this.session.staff.id;
    byId("alone").hidden = !(works && this.incident.state !== "closed" && !names);
  }

  wish() {
    const form = new FormData(byId("ask"));
    const wish = {
      what: form.get("what"), form: form.get("form"), locale: form.get("locale"),
      names: byId("ask-names").checked, numbers: byId("ask-numbers").checked,
      reason: form.get("reason"),
    };
    return wish.what === "period"
      ? { ...wish, subject_id: form.get("office"), since: form.get("since"), until: form.get("until") }
      : { ...wish, subject_id: this.incident.id };
  }

  async ask(wish) {
    try {
      const { exports, asked } = await calls.ask(wish);
      this.show(exports);
      const mine = exports.find((one) => one.id === asked);
      tell(mine.state === "approved" ? "record.exports.ready" : "record.exports.asked");
      byId("ask-reason").value = "";
      byId("exports").querySelector(`[data-export="${asked}"] button`)?.focus();
    } catch (problem) {
      complain(problemWords(problem));
    }
  }

  async load() {
    this.show((await calls.exports()).exports);
  }

  async decide(one, step) {
    try {
      this.show((await calls.decide(one.id, step)).exports);
      tell(STEPS[step]);
    } catch (problem) {
      complain(problemWords(problem, { 403: "record.problem.own" }));
      await this.load();
    }
  }

  async fetch(one) {
    try {
      await calls.fetchFile(one.id);
      tell("record.exports.was_fetched");
    } catch (problem) {
      complain(problemWords(problem));
    }
    await this.load();
  }

  show(found) {
    const drawn = JSON.stringify(found);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    byId("exports-none").hidden = found.length > 0;
    swap(byId("exports"), found.map((one) => this.row(one)));
  }

  row(one) {
    const button = (name, key, act, kind = "") =>
      h("button", { type: "button", class: kind, "data-focus": `${name}-${one.id}`, onclick: act }, say(key));
    return h("li", { "data-export": one.id },
      h("div", { class: "told" },
        h("p", {}, h("strong", {}, subject(one)), " · ", say(FORMS[one.form]), " · ", names(one)),
        one.reason && h("p", {}, h("bdi", {}, one.reason)),
        h("p", { class: "late" },
          say("record.exports.asked_by", { name: one.asked_by, time: clock(one.asked_at, now()) }),
          one.decided_by ? ` · ${say("record.exports.decided_by", { name: one.decided_by })}` : "")),
      h("p", { class: `pill mark-${MARKS[one.state]}` }, say(STATES[one.state], {
        time: clock(one.state === "fetched" ? one.fetched_at : one.expires_at, now()),
      })),
      h("div", { class: "row-of" },
        one.may_approve && button("approve", "record.exports.approve", () => this.decide(one, "approve"), "primary"),
        one.state === "waiting" && button("refuse", one.mine ? "record.exports.withdraw" : "record.exports.refuse",
          () => this.decide(one, "refuse")),
        one.state === "approved" && one.mine && button("fetch", "record.exports.fetch", () => this.fetch(one), "primary")));
  }
}

function subject(one) {
  if (one.what === "incident") return say("record.exports.one", { code: one.code ?? "–" });
  if (one.what === "urgent_action") return say("record.exports.appeal_of", { code: one.code ?? "–" });
  const last = new Date(Date.parse(one.until) - DAY).toISOString();
  const days = `\u2066${one.since.slice(0, 10)} – ${last.slice(0, 10)}\u2069`;
  const where = one.office_name ?? say("record.stats.all_offices");
  const count = one.count === null ? "" : `, ${say("record.exports.count", { count: one.count })}`;
  return `${where}, ${days}${count}`;
}

function names(one) {
  const found = [say(one.names ? "record.exports.with_names" : "record.exports.without_names")];
  if (one.numbers) found.push(say("record.exports.with_numbers"));
  return found.join(", ");
}

/** 2026-11-23, as a field for a date wants it. */
export const day = (time) => new Date(time).toISOString().slice(0, 10);
