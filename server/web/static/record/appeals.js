// Urgent Actions: a list, and the one that is open; what keeps it from being final is said in words.

import { byId, h, swap } from "../board/element.js";
import { clock, say } from "../board/words.js";
import { now } from "../board/clock.js";
import * as calls from "./calls.js";
import { complain, problemWords, tell } from "./calls.js";

const FIELDS = ["who", "what_happened", "demands", "addressees", "languages", "sources", "decision"];
const STATES = {
  draft: "record.appeals.state_draft", submitted: "record.appeals.state_submitted",
  final: "record.appeals.state_final",
};
const MARKS = { draft: "mute", submitted: "waiting", final: "safe" };
const OBSTACLES = {
  drill: "record.appeals.obstacle_drill", no_consent: "record.appeals.obstacle_no_consent",
  name: "record.appeals.obstacle_name", photo: "record.appeals.obstacle_photo",
  decision: "record.appeals.obstacle_decision", incomplete: "record.appeals.obstacle_incomplete",
};
const UNSAVED = { 409: "record.appeals.changed", 422: "record.problem.named" };

export class Appeals {
  constructor(exports) {
    this.exports = exports;
    this.open = null;
    this.busy = false;
    byId("appeal-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.change(() => this.save(), "record.appeals.saved");
    });
    byId("submit").onclick = () => this.change(async () => {
      await this.save();
      this.show(await calls.submitAppeal(this.open.id));
    }, "record.appeals.submitted");
    byId("confirm").onclick = () => this.change(async () => {
      this.show(await calls.confirmAppeal(this.open.id, this.open.number));
    }, "record.appeals.confirmed");
    byId("appeal-pdf").onclick = () => this.ask("pdf");
    byId("appeal-text").onclick = () => this.ask("text");
    byId("appeal-close").onclick = () => this.close();
  }

  async load() {
    const found = await calls.appeals();
    byId("appeals-none").hidden = found.length > 0;
    swap(byId("appeals"), found.map((one) => this.row(one)));
  }

  row(one) {
    return h("li", {},
      h("div", { class: "told" },
        h("p", {}, h("strong", {}, say("record.exports.appeal_of", { code: one.code }))),
        h("p", { class: "late" }, say("record.appeals.by", { name: one.written_by, time: clock(one.written_at, now()) }))),
      h("p", { class: `pill mark-${MARKS[one.state]}` }, say(STATES[one.state])),
      h("button", { type: "button", "data-focus": `open-${one.id}`, onclick: () => this.read(one.id) },
        say("record.appeals.open")));
  }

  async read(id) {
    byId("appeal-error").textContent = "";
    await this.attempt(async () => this.show(await calls.readAppeal(id)));
    byId("appeal").focus();
  }

  async draft(incident) {
    byId("appeal-error").textContent = "";
    await this.attempt(async () => {
      this.show(await calls.draftAppeal(incident, document.documentElement.lang));
      await this.load();
    });
    byId("appeal").focus();
  }

  /** Over the version that was read, and no newer one; what was typed stays where it fails. */
  async save() {
    try {
      this.show(await calls.saveAppeal(this.open.id, { ...typed(), number: this.open.number }));
    } catch (problem) {
      problem.unsaved = true;
      throw problem;
    }
  }

  async change(work, words) {
    if (this.busy) return;  // a second click would come with a number that the first has used
    this.busy = true;
    byId("appeal-error").textContent = "";
    try {
      await work();
      tell(words);
    } catch (problem) {
      byId("appeal-error").textContent = problemWords(problem, problem.unsaved ? UNSAVED : {});
      if (problem.pointer) byId(problem.pointer.slice(1))?.focus();
      if (problem.status === 409 && !problem.unsaved) this.show(await calls.readAppeal(this.open.id));
    } finally {
      this.busy = false;
    }
    await this.attempt(() => this.load());
  }

  async attempt(work) {
    try {
      await work();
    } catch (problem) {
      complain(problemWords(problem));
    }
  }

  async ask(form) {
    const wish = { what: "urgent_action", subject_id: this.open.id, form, locale: this.open.locale };
    await this.exports.ask(wish);
  }

  show(one) {
    this.open = one;
    byId("appeal").hidden = false;
    byId("appeal-title").textContent = say("record.exports.appeal_of", { code: one.code });
    byId("appeal-state").textContent = say(STATES[one.state]);
    byId("appeal-state").className = `pill mark-${MARKS[one.state]}`;
    byId("consent").textContent = consent(one.publicity);
    byId("missing").hidden = one.obstacles.length === 0;
    swap(byId("obstacles"), one.obstacles.map((code) => h("li", {}, say(OBSTACLES[code]))));
    for (const name of FIELDS) byId(name).value = one.appeal[name];
    byId("act_by").value = one.appeal.act_by ?? "";
    byId("photo").checked = one.appeal.photo;
    for (const input of byId("appeal-form").querySelectorAll("input, textarea")) {
      input.disabled = one.state === "final";
    }
    byId("save").hidden = one.state === "final";
    byId("submit").hidden = one.state !== "draft";
    byId("submit").disabled = one.obstacles.some((code) => code !== "incomplete" && code !== "decision");
    byId("confirm").hidden = !one.may_confirm;
  }

  close() {
    this.open = null;
    byId("appeal").hidden = true;
    byId("appeals-title").scrollIntoView({ block: "nearest" });
    byId("appeals").querySelector("button")?.focus();
  }
}

function consent(publicity) {
  if (!publicity.agreed_on) return `${say("record.appeals.consent")}: ${say("record.appeals.consent_none")}`;
  const parts = [
    say(publicity.name ? "record.appeals.consent_name" : "record.appeals.consent_no_name"),
    say(publicity.photo ? "record.appeals.consent_photo" : "record.appeals.consent_no_photo"),
    publicity.decides && say("record.appeals.consent_decides", { name: publicity.decides }),
    say("record.appeals.consent_on", { date: publicity.agreed_on }),
  ];
  return `${say("record.appeals.consent")}: ${parts.filter(Boolean).join(" · ")}`;
}

function typed() {
  const words = Object.fromEntries(FIELDS.map((name) => [name, byId(name).value]));
  return { ...words, act_by: byId("act_by").value || null, photo: byId("photo").checked };
}
