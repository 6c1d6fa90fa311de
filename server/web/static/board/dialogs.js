// Questions before a step: note, hand over, text the contacts now, end a link.

import * as api from "./api.js";
import { byId, h } from "./element.js";
import { problemWords } from "./problems.js";
import { say } from "./words.js";

const NOBODY = "nobody";
export { problemWords };

export const anyOpen = () => document.querySelector("dialog[open]") !== null;

export class Dialogs {
  /** `onDone(id, message)` once the server has stored the step. */
  constructor(onDone) {
    this.onDone = onDone;
    this.staff = null;
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
    this.ask("assign-dialog", incident, "web.done.assigned",
      ({ staff_id }) => api.assign(incident.id, staff_id === NOBODY ? null : staff_id));
    try {
      const others = (await api.colleagues()).filter(({ id }) => id !== incident.taken_by?.id);
      choice.replaceChildren(...others.map(({ id, name }) =>
        h("option", { value: id }, id === staff.id ? say("web.assign.me", { name }) : name)),
        ...(incident.taken_by ? [h("option", { value: NOBODY }, say("web.assign.nobody"))] : []));
    } catch (problem) {
      this.complain(byId("assign-dialog"), problem);
    }
  }

  /** Opens a question; `send(answers)` stores the step, and `done` says so, as a key or as words. */
  ask(id, incident, done, send) {
    const dialog = byId(id);
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
  }

  async submit(dialog, incident, done, send) {
    const button = dialog.querySelector("button.primary");
    button.disabled = true;
    try {
      await send();
      dialog.close();
      this.onDone(incident.id, typeof done === "function" ? done() : say(done));
    } catch (problem) {
      this.complain(dialog, problem);
    } finally {
      button.disabled = false;
    }
  }

  complain(dialog, problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    dialog.querySelector(".error").textContent = problemWords(problem);
  }
}
