// How an alert ends: confirmed safe, closed, handed to casework; by one person or by two; reopened.

import * as api from "./api.js";
import { byId, h } from "./element.js";
import { HOWS, howWord } from "./how.js";
import { OUTCOMES, outcomeWord } from "./look.js";
import { say } from "./words.js";

export class Ends {
  constructor(dialogs) {
    this.dialogs = dialogs;
    byId("close-casework").addEventListener("change", () => this.showReference());
    byId("close-dialog").querySelector(".outcomes").addEventListener("change", () => this.showHow());
    byId("decide-refuse").addEventListener("click", () => this.refuse());
  }

  /** `fixed`: the outcome is no question. */
  close(incident, { fixed = false, outcome = incident.kind === "drill" ? "drill" : null, casework = false } = {}) {
    choices(byId("close-dialog").querySelector(".outcomes"), "outcome", OUTCOMES, outcome);
    choices(byId("close-how"), "how", HOWS, null);
    byId("close-dialog").querySelector(".outcomes").hidden = fixed;
    byId("close-title").textContent = say(fixed ? "web.action.safe" : "web.close.title");
    const two = incident.two_person_close;
    byId("close-two").hidden = !two;
    byId("close-submit").textContent = say(two ? "web.close.propose" : "web.close.submit");
    this.dialogs.ask("close-dialog", incident, two ? "web.done.proposed" : "web.done.closed",
      ({ outcome: chosen, reason, how, casework: kept, reference }) => (kept
        ? api.casework(incident.id, chosen, reference, reason)
        : api.close(incident.id, chosen, reason, chosen === "safe" ? how : null)));
    byId("close-casework").checked = casework;
    this.showReference();
    this.showHow();
    if (outcome) byId(outcome === "safe" ? "close-how" : "close-reason").querySelector("input")?.focus();
    if (outcome && outcome !== "safe") byId("close-reason").focus();
  }

  safe(incident) {
    this.close(incident, { outcome: "safe", fixed: true });
  }

  casework(incident) {
    this.close(incident, { casework: true });
  }

  /** Whoever goes on with it has to find it. */
  showReference() {
    const kept = byId("close-casework").checked;
    byId("close-reference-row").hidden = !kept;
    byId("close-reference").required = kept;
    this.showHow();
  }

  /** Only of somebody who is safe it matters by what that is known. */
  showHow() {
    const form = byId("close-dialog").querySelector("form");
    const safe = form.elements.outcome.value === "safe" && !byId("close-casework").checked;
    byId("close-how").hidden = !safe;
    for (const choice of byId("close-how").querySelectorAll("input")) choice.required = safe;
  }

  reopen(incident) {
    this.dialogs.ask("reopen-dialog", incident, "web.done.reopened", ({ reason }) => api.reopen(incident.id, reason));
  }

  /** A colleague has proposed the end: yes, or no with a reason. */
  decide(incident) {
    const { proposal } = incident;
    this.deciding = incident;
    byId("decide-what").textContent = say("web.decide.what", {
      name: proposal.by.name ?? say("web.timeline.somebody"), outcome: outcomeWord(proposal.outcome),
    });
    byId("decide-how").textContent = [proposal.how && howWord(proposal.how), proposal.casework && say("web.state.casework")]
      .filter(Boolean).join(" · ");
    const entry = incident.timeline?.find(({ seq }) => seq === proposal.seq);
    byId("decide-said").textContent = entry?.detail?.reason ?? "";
    this.dialogs.ask("decide-dialog", incident, "web.done.closed", () => api.confirmClose(incident.id, proposal.seq));
  }

  refuse() {
    const incident = this.deciding;
    const reason = byId("decide-reason");
    reason.required = true;
    const given = reason.reportValidity();
    reason.required = false;
    if (!given) return;
    this.dialogs.submit(byId("decide-dialog"), incident, "web.done.refused",
      () => api.refuseClose(incident.id, incident.proposal.seq, reason.value));
  }

  withdraw(incident) {
    this.dialogs.ask("withdraw-dialog", incident, "web.done.withdrawn",
      () => api.refuseClose(incident.id, incident.proposal.seq, ""));
  }
}

/** Radio buttons under a legend, one of them chosen. */
function choices(fieldset, name, words, chosen) {
  const [legend] = fieldset.children;
  fieldset.replaceChildren(legend, ...Object.entries(words).map(([value, key]) =>
    h("label", { class: "check" },
      h("input", { type: "radio", name, value, required: true, checked: value === chosen }), " ", say(key))));
}
