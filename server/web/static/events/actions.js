// What is done to all alerts of an event, or to those that were chosen, and what came of it.

import * as api from "../board/api.js";
import { byId, h, swap } from "../board/element.js";
import { isOver, isUntaken } from "../board/incidents.js";
import { OUTCOMES, outcomeWord } from "../board/look.js";
import { say } from "../board/words.js";
import { problemWords } from "../staff/frame.js";
import * as calls from "./calls.js";

const ids = (incidents) => incidents.map(({ id }) => id);

export class Actions {
  /** `members`: the table; `me`: one's own id; `onDone(eventId)` once something is stored. */
  constructor({ members, me, onDone }) {
    Object.assign(this, { members, me, onDone });
    this.event = null;
    for (const name of ["take", "note", "assign", "text", "close", "confirm", "join", "split"]) {
      byId(`act-${name}`).addEventListener("click", () => this[name]());
    }
    byId("begin").addEventListener("click", () => this.begin());
    for (const button of document.querySelectorAll("dialog .cancel")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
  }

  show(event) {
    if (event.id !== this.event?.id) byId("came-of-it").replaceChildren();
    this.event = event;
    this.offer();
  }

  /** Which buttons have something to do, and to whom. */
  offer() {
    const meant = this.members.meant();
    const open = meant.filter((one) => !isOver(one)).length;
    byId("for-whom").textContent = this.whom();
    byId("act-take").disabled = !meant.some(isUntaken);
    for (const name of ["note", "assign", "text", "close"]) byId(`act-${name}`).disabled = open === 0;
    byId("act-split").disabled = this.members.chosen.size === 0;
    const proposals = this.proposals();
    byId("act-confirm").hidden = proposals.length === 0;
    byId("act-confirm").textContent = say("events.act.confirm", { count: proposals.length });
  }

  whom() {
    const count = this.members.meant().length;
    return say(this.members.chosen.size ? "events.act.for_chosen" : "events.act.for_all", { count });
  }

  /** What colleagues have proposed and nobody has confirmed. */
  proposals() {
    return this.members.meant().filter(({ proposal }) => proposal && proposal.by.id !== this.me);
  }

  take() {
    return this.run(() => calls.each(this.event.id, "take", {}, ids(this.members.meant().filter(isUntaken))));
  }

  note() {
    this.ask("note-dialog", ({ text }) => this.each("notes", { text }));
  }

  text() {
    const id = crypto.randomUUID(); // asked again it is the same text
    this.ask("text-dialog", ({ text }) => this.each("texts", { id, text }));
  }

  async assign() {
    const choice = byId("assign-to");
    choice.replaceChildren();
    this.ask("assign-dialog", ({ staff_id }) => this.each("assign", { staff_id }));
    try {
      choice.replaceChildren(...(await api.colleagues()).map(({ id, name }) =>
        h("option", { value: id }, id === this.me ? say("web.assign.me", { name }) : name)));
    } catch (problem) {
      byId("assign-dialog").querySelector(".error").textContent = problemWords(problem);
    }
  }

  close() {
    const choices = byId("close-dialog").querySelector(".outcomes");
    choices.replaceChildren(choices.firstElementChild, ...Object.keys(OUTCOMES).map((value) =>
      h("label", { class: "check" },
        h("input", { type: "radio", name: "outcome", value, required: true,
          checked: this.event.kind === "drill" && value === "drill" }),
        " ", outcomeWord(value))));
    this.ask("close-dialog", ({ outcome, reason }) => this.each("close", { outcome, reason }));
  }

  confirm() {
    const proposed = this.proposals();
    byId("proposed").replaceChildren(...proposed.map(({ activist, code, proposal }) => h("li", {},
      h("bdi", {}, activist ?? say("web.incident.unreadable")), " ",
      h("bdi", { class: "code", dir: "ltr" }, code), ": ",
      say("events.members.proposed", { name: proposal.by.name ?? "", outcome: outcomeWord(proposal.outcome) }))));
    const seqs = Object.fromEntries(proposed.map(({ id, proposal }) => [id, proposal.seq]));
    this.ask("confirm-dialog", () => calls.confirm(this.event.id, seqs), false);
  }

  async split() {
    const chosen = [...this.members.chosen];
    await this.run(async () => {
      await calls.split(this.event.id, chosen);
      return { done: chosen, failed: [] };
    });
  }

  join() {
    const { id, kind } = this.event;
    this.choose("events.join.title", (one) => one.kind === kind && one.event?.id !== id,
      (chosen) => calls.join(id, chosen));
  }

  begin() {
    this.choose("events.page.begin", () => true, (chosen) => calls.begin(chosen));
  }

  /** Open alerts of one's offices to choose from; `send(ids)` answers the event. */
  async choose(title, fits, send) {
    const dialog = byId("join-dialog");
    byId("join-title").textContent = say(title);
    const [legend] = byId("choices").children;
    byId("choices").replaceChildren(legend);
    const form = this.open(dialog, "");
    form.onsubmit = (submitted) => {
      submitted.preventDefault();
      const chosen = new FormData(form).getAll("incident");
      this.submit(dialog, async () => this.onDone((await send(chosen)).id));
    };
    try {
      const open = (await everyOpen()).filter(fits);
      byId("choices").replaceChildren(legend, ...open.map(({ id, activist, code, event }) =>
        h("label", { class: "check" }, h("input", { type: "checkbox", name: "incident", value: id }), " ",
          h("bdi", {}, activist ?? say("web.incident.unreadable")), " ",
          h("bdi", { class: "code", dir: "ltr" }, code),
          event && h("span", { class: "sum" },
            event.name ? say("events.join.from", { name: event.name }) : say("events.join.another")))));
      if (!open.length) byId("choices").append(h("p", { class: "nothing" }, say("events.join.none")));
      byId("choices").querySelector("input")?.focus();
    } catch (problem) {
      dialog.querySelector(".error").textContent = problemWords(problem);
    }
  }

  each(what, body) {
    return calls.each(this.event.id, what, body, ids(this.members.meant()));
  }

  ask(dialogId, send, forWhom = true) {
    const dialog = byId(dialogId);
    const form = this.open(dialog, forWhom ? this.whom() : "");
    form.onsubmit = (submitted) => {
      submitted.preventDefault();
      const answers = Object.fromEntries(new FormData(form));
      this.submit(dialog, async () => this.tell(await send(answers)));
    };
    dialog.querySelector("textarea, select, input")?.focus();
  }

  open(dialog, about) {
    const form = dialog.querySelector("form");
    form.reset();
    dialog.querySelector(".error").textContent = "";
    dialog.querySelector(".about").textContent = about;
    dialog.showModal();
    return form;
  }

  async submit(dialog, work) {
    const button = dialog.querySelector(".primary");
    button.disabled = true;
    try {
      await work();
      dialog.close();
    } catch (problem) {
      dialog.querySelector(".error").textContent = problemWords(problem);
    } finally {
      button.disabled = false;
    }
  }

  /** Without a dialog: a problem is told where the outcome would be. */
  async run(work) {
    try {
      this.tell(await work());
    } catch (problem) {
      swap(byId("came-of-it"), h("p", { class: "failed" }, problemWords(problem)));
    }
  }

  /** What came of it, with the alerts it could not be done to. */
  tell({ done, failed }) {
    const codes = new Map(this.members.all.map(({ id, code }) => [id, code]));
    swap(byId("came-of-it"),
      h("p", {}, say("events.act.done", { count: done.length })),
      failed.length > 0 && h("p", { class: "failed" },
        say("events.act.failed", { count: failed.length }), " ",
        failed.map(({ id }) => [
          h("a", { href: `/#i=${id}` }, h("bdi", { class: "code", dir: "ltr" }, codes.get(id) ?? "")), " ",
        ]).flat()));
    this.onDone(this.event.id);
  }
}

async function everyOpen() {
  const open = [];
  let after = null;
  do {
    const page = await api.page(null, after);
    open.push(...page.incidents);
    after = page.next;
  } while (after);
  return open.filter((incident) => !isOver(incident));
}
