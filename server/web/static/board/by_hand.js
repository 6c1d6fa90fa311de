// Contacts are reached by hand: a text that the server counts as it is written, a question how the
// person is, a call by the server, a call that the officer made.

import * as api from "./api.js";
import { byId, h } from "./element.js";
import { nameOf } from "./people.js";
import { RESULTS } from "./timeline.js";
import { say } from "./words.js";
import { copyButton } from "./where.js";

const PAUSE = 250; // ms without a key before the server counts

export class ByHand {
  constructor(dialogs) {
    this.dialogs = dialogs;
    this.writing = null;
    this.counted = 0;
    const dialog = byId("text-dialog");
    dialog.addEventListener("input", () => this.countSoon());
    dialog.addEventListener("close", () => clearTimeout(this.waiting));
    byId("phone-who").addEventListener("change", () => this.showNumber());
    byId("phone-server").addEventListener("click", () => this.callByServer());
  }

  text(incident, contact = null) {
    this.write(incident, contact, false);
  }

  welfare(incident, contact = null) {
    this.write(incident, contact, true);
  }

  write(incident, contact, welfare) {
    this.writing = { incident, welfare, idOf: ids() };
    byId("text-title").textContent = say(welfare ? "web.welfare.title" : "web.text_by_hand.title");
    byId("text-label").textContent = say(welfare ? "web.welfare.own" : "web.text_by_hand.text");
    byId("text-about").textContent = say(welfare ? "web.welfare.about" : "web.text_by_hand.about");
    this.dialogs.ask("text-dialog", incident, welfare ? "web.done.asked" : "web.done.texted", () => this.send());
    byId("text-words").required = !welfare;
    const [legend] = byId("text-to").children;
    byId("text-to").replaceChildren(legend, ...incident.people.map((one) => choice(one, contact)));
    this.show([]);
    byId("text-words").focus();
    this.count();
  }

  draft() {
    const words = byId("text-words").value.trim();
    const to = [...byId("text-to").querySelectorAll("input:checked")].map(({ value }) => Number(value));
    return { to, text: words || null };
  }

  async send() {
    const { incident, welfare, idOf } = this.writing;
    const { to, text } = this.draft();
    const id = idOf({ to, text });
    await (welfare ? api.askToCheck(incident.id, id, to, text) : api.textContacts(incident.id, id, to, text));
  }

  countSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.count(), PAUSE);
  }

  /** Answers may overtake each other: the last question counts. */
  async count() {
    const turn = ++this.counted;
    const { incident, welfare } = this.writing;
    const { to, text } = this.draft();
    if (!to.length) {
      this.show([]);
      return;
    }
    try {
      const { texts } = await api.countTexts(incident.id, to, text, welfare);
      if (turn === this.counted) this.show(texts);
    } catch (problem) {
      if (turn === this.counted) this.dialogs.complain(byId("text-dialog"), problem);
    }
  }

  /** The fullest of them is the one that matters; each that is too long is named. */
  show(texts) {
    const { incident, welfare } = this.writing;
    const going = texts.filter(({ left_out }) => !left_out);
    const fullest = [...going].sort((one, other) => other.units / other.most - one.units / one.most)[0];
    byId("text-count").textContent = fullest ? say("web.text_by_hand.count", { units: fullest.units, most: fullest.most }) : "";
    byId("text-preview").textContent = fullest?.body ?? "";
    const name = (one) => nameOf(incident.people.find(({ place }) => place === one.place));
    const long = going.filter(({ parts }) => parts > 1).map(name);
    const left = texts.filter(({ left_out }) => left_out).map(name);
    byId("text-long").textContent = [
      long.length && say("web.text_by_hand.too_long", { names: long.join(", ") }),
      left.length && say("web.text_by_hand.left_out", { names: left.join(", ") }),
    ].filter(Boolean).join(" ");
    const empty = !welfare && !this.draft().text;
    byId("text-submit").disabled = this.dialogs.sending || !going.length || long.length > 0 || empty;
  }

  phone(incident, contact = null) {
    this.calling = { incident };
    const idOf = ids();
    byId("phone-who").replaceChildren(...incident.people.map((one) =>
      h("option", { value: one.place, selected: one === contact }, nameOf(one))));
    const results = byId("phone-results");
    const [legend] = results.children;
    results.replaceChildren(legend, ...Object.entries(RESULTS).map(([value, key]) =>
      h("label", { class: "check" }, h("input", { type: "radio", name: "result", value, required: true }), " ", say(key))));
    this.dialogs.ask("phone-dialog", incident, "web.done.phoned", ({ place, result, note, at }) => {
      const made = { result, note, at: at ? new Date(at).toISOString() : null };
      return api.noteCall(incident.id, place, { id: idOf({ place, ...made }), ...made });
    });
    if (contact) byId("phone-who").value = String(contact.place);
    this.showNumber();
  }

  chosen() {
    const place = Number(byId("phone-who").value);
    return this.calling.incident.people.find((one) => one.place === place);
  }

  showNumber() {
    const contact = this.chosen();
    byId("phone-number").replaceChildren(
      h("bdi", { dir: "ltr", class: "coordinates" }, contact?.phone ?? "–"), " ",
      contact?.phone ? copyButton("copy-number", contact.phone) : "");
    const open = ["open", "acknowledged", "claimed_safe"].includes(this.calling.incident.state);
    byId("phone-server").hidden = !open || Boolean(contact?.opted_out);
  }

  callByServer() {
    const { incident } = this.calling;
    this.dialogs.submit(byId("phone-dialog"), incident, "web.done.calling",
      () => api.callContact(incident.id, byId("phone-who").value));
  }
}

/** The page makes the ids: a draft that is sent twice has one and counts once, a corrected one has
 * its own. */
function ids() {
  const known = new Map();
  return (draft) => {
    const sent = JSON.stringify(draft);
    if (!known.has(sent)) known.set(sent, crypto.randomUUID());
    return known.get(sent);
  };
}

/** A contact to choose; one who sent STOP cannot be. */
function choice(one, contact) {
  return h("label", { class: "check" },
    h("input", { type: "checkbox", name: "to", value: one.place, disabled: one.opted_out,
      checked: !one.opted_out && (contact === null || contact.place === one.place) }), " ",
    h("bdi", {}, nameOf(one)), one.opted_out && h("span", { class: "late" }, say("web.people.opted_out_short")));
}
