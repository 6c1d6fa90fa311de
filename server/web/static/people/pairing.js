// A phone is paired: staff type what it needs, and its code is shown once.

import { byId, h, swap } from "../board/element.js";
import { say } from "../board/words.js";
import { step } from "./asking.js";
import * as calls from "./calls.js";

const LANGUAGES = ["en", "fr", "ar", "mn", "es", "ru", "pt", "zh", "fa", "tr", "my", "am"];
const MOST = 20;
const names = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });

export class Pairing {
  /** `onMade()` once a code is there. */
  constructor(onMade) {
    this.onMade = onMade;
    byId("pairing").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  leave() {
    this.id = null;
    byId("pairing").hidden = true;
    byId("pairing").replaceChildren();
    byId("code").hidden = true;
    byId("code").replaceChildren();
  }

  open(profile) {
    this.leave();
    this.id = profile.id;
    const known = Boolean(profile.contacts?.length);
    const paired = profile.phones.some(({ revoked_at }) => !revoked_at);
    this.contacts = h("ol", { class: "typed", hidden: known });
    this.more = h("button", { type: "button", hidden: known, onclick: () => this.add() }, say("people.pair.add"));
    swap(byId("pairing"),
      h("p", {}, say("people.pair.about")),
      field("stop", "people.pair.stop", { minlength: 4, maxlength: 32, autocomplete: "off", dir: "ltr", required: true }),
      field("duress", "people.pair.duress", { minlength: 4, maxlength: 32, autocomplete: "off", dir: "ltr", required: true }),
      field("timezone", "people.pair.timezone", {
        value: known ? profile.timezone : Intl.DateTimeFormat().resolvedOptions().timeZone, dir: "ltr", required: true,
      }),
      known && tick("keep", "people.pair.keep", true, (on) => {
        this.contacts.hidden = on;
        this.more.hidden = on;
      }),
      paired && tick("replaces", "people.pair.replaces", true),
      this.contacts,
      this.more,
      h("div", { class: "row" }, h("button", { class: "primary" }, say("people.pair.make")),
        h("button", { type: "button", onclick: () => this.leave() }, say("web.dialog.cancel"))));
    if (known) for (const contact of profile.contacts) this.add(contact);
    byId("pairing").hidden = false;
    byId("pairing").elements.stop.focus();
  }

  add(contact = {}) {
    const item = h("li", {}, h("fieldset", {},
      h("legend", {}, say("people.pair.contact")),
      field("name", "people.field.name", { value: contact.name, maxlength: 60, dir: "auto" }),
      field("phone", "people.field.phone", { value: contact.phone, type: "tel", maxlength: 40, dir: "ltr", placeholder: "+…" }),
      field("known_as", "people.field.known_as", { value: contact.known_as, maxlength: 60, dir: "auto" }),
      language(contact.language),
      field("ring", "people.field.ring", { value: contact.ring ?? 1, type: "number", min: 1, max: 3, dir: "ltr" }),
      field("code_word", "people.field.code_word", { value: contact.code_word, maxlength: 20, dir: "auto" }),
      field("pin", "people.field.pin", { inputmode: "numeric", maxlength: 12, dir: "ltr" }),
      h("button", { type: "button", onclick: () => { item.remove(); this.limit(); } }, say("people.pair.remove"))));
    this.contacts.append(item);
    this.limit();
  }

  limit() {
    this.more.disabled = this.contacts.children.length >= MOST;
  }

  send() {
    const form = byId("pairing");
    const wish = { stop: form.elements.stop.value, duress: form.elements.duress.value };
    wish.replaces = form.elements.replaces?.checked ?? false;
    if (!form.elements.keep?.checked) {
      wish.timezone = form.elements.timezone.value;
      wish.contacts = [...this.contacts.children].map(typed);
    }
    const { id } = this;
    step(async () => {
      const offer = await calls.pairing(id, wish);
      if (this.id !== id) return; // a code is shown with its owner's name over it, or not at all
      this.leave();
      this.show(offer);
      await this.onMade();
    }, "");
  }

  show({ code, picture }) {
    swap(byId("code"),
      h("p", {}, say("people.pair.scan")),
      h("img", { src: picture, alt: say("people.pair.picture"), width: 260, height: 260 }),
      h("code", { dir: "ltr" }, code),
      h("button", { type: "button", onclick: () => this.leave() }, say("people.pair.hide")));
    byId("code").hidden = false;
    byId("code").focus();
  }
}

function typed(item) {
  const value = (name) => item.querySelector(`[name="${name}"]`).value.trim();
  const contact = Object.fromEntries(
    ["name", "phone", "known_as", "language", "code_word", "pin"].map((name) => [name, value(name)]));
  return { ...contact, ring: Number(value("ring")) };
}

export function field(name, key, attributes = {}) {
  return h("label", {}, h("span", {}, say(key)), h("input", { name, ...attributes }));
}

export function tick(name, key, checked, onchange = () => {}) {
  return h("label", { class: "tick" },
    h("input", { type: "checkbox", name, checked, onchange: (event) => onchange(event.currentTarget.checked) }),
    h("span", {}, say(key)));
}

function language(chosen = "en") {
  return h("label", {}, h("span", {}, say("people.field.language")),
    h("select", { name: "language" }, LANGUAGES.map((code) =>
      h("option", { value: code, selected: code === chosen }, names.of(code)))));
}
