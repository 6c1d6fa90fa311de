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
    this.turn = 0; // goes up with each question: an answer to an earlier one leaves this one alone
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

  /** The address names another event, or none: a question about this one is no more. */
  leave() {
    this.turn += 1;
    this.event = null;
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }

  /** Which buttons have something to do, and to whom. */
  offer() {
    const meant = this.members.meant();
    const open = meant.filter((one) => !isOver(one)).length;
    byId("for-whom").textContent = this.whom();
    byId("act-take").disabled = !meant.some(isUntaken);
    for (const name of ["note", "assign", "text", "close"]) byId(`act-${name}`).disabled = open === 0;
    byId("act-split").disabled = this.members.chosen.size === 0 || meant.length === 0;
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
    const { event } = this;
    const untaken = ids(this.members.meant().filter(isUntaken));
    return this.run(event, () => calls.each(event.id, "take", {}, untaken));
  }

  note() {
    this.each("note-dialog", "notes", ({ text }) => ({ text }));
  }

  text() {
    const id = crypto.randomUUID(); // asked again it is the same text
    this.each("text-dialog", "texts", ({ text }) => ({ id, text }));
  }

  async assign() {
    const choice = byId("assign-to");
    choice.replaceChildren();
    const turn = this.each("assign-dialog", "assign", ({ staff_id }) => ({ staff_id }));
    try {
      const colleagues = await api.colleagues();
      if (turn !== this.turn) return;
      choice.replaceChildren(...colleagues.map(({ id, name }) =>
        h("option", { value: id }, id === this.me ? say("web.assign.me", { name }) : name)));
    } catch (problem) {
      this.complain(byId("assign-dialog"), turn, problem);
    }
  }

  close() {
    const choices = byId("close-dialog").querySelector(".outcomes");
    choices.replaceChildren(choices.firstElementChild, ...Object.keys(OUTCOMES).map((value) =>
      h("label", { class: "check" },
        h("input", { type: "radio", name: "outcome", value, required: true,
          checked: this.event.kind === "drill" && value === "drill" }),
        " ", outcomeWord(value))));
    this.each("close-dialog", "close", ({ outcome, reason }) => ({ outcome, reason }));
  }

  confirm() {
    const { event } = this;
    const proposed = this.proposals();
    byId("proposed").replaceChildren(...proposed.map(({ activist, code, proposal }) => h("li", {},
      h("bdi", {}, activist ?? say("web.incident.unreadable")), " ",
      h("bdi", { class: "code", dir: "ltr" }, code), ": ",
      say("events.members.proposed", { name: proposal.by.name ?? "", outcome: outcomeWord(proposal.outcome) }))));
    const seqs = Object.fromEntries(proposed.map(({ id, proposal }) => [id, proposal.seq]));
    this.ask("confirm-dialog", "", () => calls.confirm(event.id, seqs));
  }

  async split() {
    const { event } = this;
    const chosen = ids(this.members.meant());
    await this.run(event, async () => {
      await calls.split(event.id, chosen);
      for (const id of chosen) this.members.chosen.delete(id);
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
    const { form, turn } = this.open(dialog, "");
    form.onsubmit = (submitted) => {
      submitted.preventDefault();
      const chosen = new FormData(form).getAll("incident");
      this.submit(dialog, async () => {
        const { id: eventId } = await send(chosen);
        if (turn === this.turn) this.onDone(eventId);
      });
    };
    try {
      const open = (await everyOpen()).filter(fits);
      if (turn !== this.turn) return;
      byId("choices").replaceChildren(legend, ...open.map(({ id, activist, code, event }) =>
        h("label", { class: "check" }, h("input", { type: "checkbox", name: "incident", value: id }), " ",
          h("bdi", {}, activist ?? say("web.incident.unreadable")), " ",
          h("bdi", { class: "code", dir: "ltr" }, code),
          event && h("span", { class: "sum" },
            event.name ? say("events.join.from", { name: event.name }) : say("events.join.another")))));
      if (!open.length) byId("choices").append(h("p", { class: "nothing" }, say("events.join.none")));
      byId("choices").querySelector("input")?.focus();
    } catch (problem) {
      this.complain(dialog, turn, problem);
    }
  }

  /** Does it to those who are meant now: who joins while it is asked was seen by nobody. */
  each(dialogId, what, body) {
    const { event } = this;
    const meant = ids(this.members.meant());
    return this.ask(dialogId, this.whom(), (answers) => calls.each(event.id, what, body(answers), meant));
  }

  /** Opens a question about the event; the turn that it is. */
  ask(dialogId, about, send) {
    const { event } = this;
    const dialog = byId(dialogId);
    const { form, turn } = this.open(dialog, about);
    form.onsubmit = (submitted) => {
      submitted.preventDefault();
      const answers = Object.fromEntries(new FormData(form));
      this.submit(dialog, async () => this.tell(event, await send(answers)));
    };
    dialog.querySelector("textarea, select, input")?.focus();
    return turn;
  }

  open(dialog, about) {
    this.turn += 1;
    const form = dialog.querySelector("form");
    form.reset();
    dialog.querySelector(".primary").disabled = false;
    dialog.querySelector(".error").textContent = "";
    dialog.querySelector(".about").textContent = about;
    dialog.showModal();
    return { form, turn: this.turn };
  }

  async submit(dialog, work) {
    const { event, turn } = this;
    const button = dialog.querySelector(".primary");
    button.disabled = true;
    try {
      await work();
      if (turn === this.turn) dialog.close();
    } catch (problem) {
      if (dialog.open && turn === this.turn) this.complain(dialog, turn, problem);
      else this.failed(event, problem);
    } finally {
      if (turn === this.turn) button.disabled = false;
    }
  }

  /** An earlier question's problem says nothing in the dialog of a later one. */
  complain(dialog, turn, problem) {
    const words = problemWords(problem);
    if (turn === this.turn) dialog.querySelector(".error").textContent = words;
  }

  /** Without a dialog: a problem is told where the outcome would be. */
  async run(event, work) {
    try {
      this.tell(event, await work());
    } catch (problem) {
      this.failed(event, problem);
    }
  }

  failed(event, problem) {
    const words = problemWords(problem);
    if (this.event?.id === event?.id) swap(byId("came-of-it"), h("p", { class: "failed" }, words));
  }

  /** What came of it, with the alerts it could not be done to; of another event by now, nothing. */
  tell(event, { done, failed }) {
    if (this.event?.id !== event.id) return;
    const codes = new Map(this.members.all.map(({ id, code }) => [id, code]));
    swap(byId("came-of-it"),
      h("p", {}, say("events.act.done", { count: done.length })),
      failed.length > 0 && h("p", { class: "failed" },
        say("events.act.failed", { count: failed.length }), " ",
        failed.map(({ id }) => [
          h("a", { href: `/#i=${id}` }, h("bdi", { class: "code", dir: "ltr" }, codes.get(id) ?? "")), " ",
        ]).flat()));
    this.onDone(event.id);
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
