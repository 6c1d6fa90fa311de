// Questions before a step: note, hand over, text the contacts now, end a link.

import * as api from "./api.js";
import { byId, h } from "./element.js";
import { problemWords } from "./problems.js";
import { say } from "./words.js";

const NOBODY = "nobody";
export { problemWords };

export const anyOpen = () => document.querySelector("dialog[open]") !== null;

export class Dialogs {
  /** `onDone(id, message)` once the server has stored the step; `onFailed(problem, code)` where it
   * did not and the question is not on the screen any more. */
  constructor({ onDone, onFailed }) {
    Object.assign(this, { onDone, onFailed });
    this.asked = 0;
    this.sending = false;
    for (const button of document.querySelectorAll("dialog .cancel")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
  }

  note(incident) {
    this.ask("note-dialog", incident, "web.done.note", ({ text }) => api.note(incident.id, text));
  }

  release(incident) {
    this.ask("release-dialog", incident, "web.done.released", () => api.release(incident.id));
  }

  revoke(incident, contact) {
    byId("revoke-whom").textContent = contact.name ?? contact.label;
    this.ask("revoke-dialog", incident, "web.done.revoked", () => api.revokeLink(incident.id, contact.place));
  }

  async assign(incident, staff) {
    const choice = byId("assign-to");
    choice.replaceChildren();
    const isAsked = this.ask("assign-dialog", incident, "web.done.assigned",
      ({ staff_id }) => api.assign(incident.id, staff_id === NOBODY ? null : staff_id));
    try {
      const others = (await api.successors(incident.id)).filter(({ id }) => id !== incident.taken_by?.id);
      if (!isAsked()) return;
      choice.replaceChildren(...others.map(({ id, name }) =>
        h("option", { value: id }, id === staff.id ? say("web.assign.me", { name }) : name)),
        ...(incident.taken_by ? [h("option", { value: NOBODY }, say("web.assign.nobody"))] : []));
    } catch (problem) {
      if (isAsked()) this.complain(byId("assign-dialog"), problem);
    }
  }

  /** Opens a question; `send(answers)` stores the step, and the key `done` says so. Returns whether
   * this question is still the one on the screen, as a function. */
  ask(id, incident, done, send) {
    this.asked += 1;
    this.sending = false;
    const dialog = byId(id);
    dialog.querySelector("button.primary").disabled = false;
    const form = dialog.querySelector("form");
    form.reset();
    dialog.querySelector(".error").textContent = "";
    dialog.querySelector(".about").replaceChildren(
      h("bdi", {}, incident.activist ?? say("web.incident.unreadable")), " ",
      h("bdi", { class: "code", dir: "ltr" }, incident.code));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.submit(dialog, incident, done, () => send(Object.fromEntries(new FormData(form))));
    };
    dialog.showModal();
    dialog.querySelector("textarea, select, input")?.focus();
    return this.whether(dialog);
  }

  /** One dialog asks about one incident after another: what comes late is about an earlier one. */
  whether(dialog) {
    const { asked } = this;
    return () => dialog.open && asked === this.asked;
  }

  /** Where the officer has gone on meanwhile, the answer names its incident and shuts nothing. */
  async submit(dialog, incident, done, send) {
    const button = dialog.querySelector("button.primary");
    const isAsked = this.whether(dialog);
    this.sending = true;
    button.disabled = true;
    try {
      await send();
      const late = !isAsked();
      if (!late) dialog.close();
      this.onDone(incident.id, late ? `${incident.code} · ${say(done)}` : say(done));
    } catch (problem) {
      if (isAsked()) this.complain(dialog, problem);
      else this.onFailed(problem, incident.code);
    } finally {
      if (isAsked()) button.disabled = this.sending = false;
    }
  }

  complain(dialog, problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    dialog.querySelector(".error").textContent = problemWords(problem);
  }
}
