// The person's plan, on request: whoever asks for it is written down. It goes with the page.

import * as api from "./api.js";
import { h } from "./element.js";
import { problemWords } from "./problems.js";
import { clock, say } from "./words.js";

const POLICE = { help: "web.plan.police_help", danger: "web.plan.police_danger" };

export class Plan {
  /** `onChange()` once there is something else to draw. */
  constructor(onChange) {
    this.onChange = onChange;
    this.forget();
  }

  forget() {
    this.of = null; // the incident that it was asked for
    this.plan = null;
    this.said = "";
  }

  /** Shows it, or puts it away. */
  async toggle(incident) {
    if (this.of === incident.id) {
      this.forget();
      this.onChange();
      return;
    }
    this.forget();
    this.of = incident.id;
    this.said = say("web.plan.loading");
    this.onChange();
    try {
      const plan = await api.plan(incident.activist_id);
      if (this.of !== incident.id) return;
      Object.assign(this, { plan, said: "" });
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      if (this.of !== incident.id) return;
      this.said = problem.status === 404 ? say("web.plan.none") : problemWords(problem);
    }
    this.onChange();
  }

  shows(incident) {
    return this.of === incident.id;
  }

  draw(incident, time) {
    if (!this.shows(incident)) return h("p", { class: "late" }, say("web.plan.about"));
    if (this.plan === null) return h("p", { role: "status" }, this.said);
    const { plan } = this;
    const lines = [
      ["web.plan.full_name", plan.full_name],
      ["web.plan.code_word", plan.code_word, "code-word"],
      ["web.plan.call_back", plan.call_back],
      ["web.plan.police", plan.police in POLICE ? say(POLICE[plan.police]) : "", `police-${plan.police}`],
      ["web.plan.lawyer", plan.lawyer],
      ["web.plan.medical", plan.medical],
      ["web.plan.first_hours", plan.first_hours],
      ["web.plan.notes", plan.notes],
    ].filter(([, text]) => text);
    if (!lines.length) return h("p", {}, say("web.plan.none"));
    return [
      h("dl", { class: "plan" }, lines.map(([word, text, look = ""]) => h("div", {},
        h("dt", {}, say(word)), h("dd", { class: `said ${look}`, dir: "auto" }, text)))),
      plan.reviewed_at && h("p", { class: "late" }, say("web.plan.reviewed", { time: clock(plan.reviewed_at, time) })),
    ];
  }
}
