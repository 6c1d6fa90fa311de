// One activist: what to mend, phones, contacts and how they stand, the plan.

import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { clock, percent, say } from "../board/words.js";
import { step, sure, told } from "./asking.js";
import * as calls from "./calls.js";
import { Pairing } from "./pairing.js";
import { Plan } from "./plan.js";
import { nameOf, state } from "./roster.js";

const time = (at) => clock(at, now());
const languages = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
const LINES = ["landline", "not_enabled", "unreachable"]; // of a number, worth a word
const COLUMNS = ["name", "phone", "known_as", "language", "ring", "consent"];

export class Person {
  constructor({ administrator, onChange, onBack }) {
    Object.assign(this, { administrator, onChange });
    this.id = null;
    this.pairing = new Pairing(() => this.reload());
    this.plan = new Plan({ administrator, onSaved: onChange });
    byId("back").addEventListener("click", onBack);
    byId("ask").addEventListener("click", () => this.askAnew());
    byId("pair").addEventListener("click", () => this.pairing.open(this.profile));
  }

  async open({ id }) {
    this.id = id;
    this.pairing.leave();
    this.plan.leave(id);
    await this.reload();
    byId("person-name").focus();
  }

  leave() {
    this.id = null;
    this.pairing.leave();
    this.plan.leave(null);
  }

  async reload() {
    const id = this.id;
    const profile = await calls.profile(id);
    if (this.id === id) this.draw(profile);
    await this.onChange();
  }

  /** What readiness says of this person by now. */
  refresh(people) {
    const one = people.find(({ id }) => id === this.id);
    if (!one) return;
    swap(byId("mends"), h("li", {}, state(one)),
      one.mends.length
        ? one.mends.map((mend) => h("li", {}, say(`web.readiness.${mend}`)))
        : h("li", {}, say("people.person.ready")));
  }

  draw(profile) {
    this.profile = profile;
    swap(byId("person-name"), h("bdi", {}, nameOf(profile)));
    swap(byId("person-office"), h("bdi", {}, profile.office_name));
    swap(byId("phones"), profile.phones.length
      ? profile.phones.map((phone) => this.phone(phone))
      : h("li", {}, say("people.person.no_phone")));
    byId("offers").textContent = profile.offers
      .map(({ expires_at }) => say("people.person.offer", { time: time(expires_at) })).join(" ");
    byId("pair").disabled = profile.name === null;
    this.drawContacts(profile);
  }

  phone(phone) {
    const paired = say("people.person.paired", { time: time(phone.paired_at) });
    const heard = phone.heard_at && say("people.person.heard", { time: time(phone.heard_at) });
    const charge = phone.battery !== null && percent(phone.battery);
    const [mark, word] = phone.revoked_at ? ["mute", say("people.person.revoked", { time: time(phone.revoked_at) })]
      : phone.armed ? ["safe", say("people.person.armed")]
      : phone.armed === false ? ["alarm", say("people.person.not_armed")]
      : ["mute", say("people.person.silent")];
    return h("li", {},
      h("p", {}, [paired, heard, charge].filter(Boolean).join(" · ")),
      h("span", { class: `pill mark-${mark}` }, word),
      !phone.revoked_at && h("button", {
        type: "button", class: "danger",
        "aria-label": `${say("people.person.revoke")}: ${paired}`,
        onclick: () => this.revoke(phone),
      }, say("people.person.revoke")));
  }

  revoke(phone) {
    const about = `${nameOf(this.profile)}. ${say("people.person.revoke_about")}`;
    sure(say("people.person.revoke"), about, async () => {
      await calls.revokePhone(this.id, phone.id);
      await this.reload();
      told(say("people.person.revoke_done"));
    });
  }

  drawContacts({ name, contacts }) {
    byId("contacts-frame").hidden = !contacts?.length;
    byId("no-contacts").hidden = Boolean(contacts?.length);
    byId("no-contacts").textContent =
      say(name === null ? "people.person.locked" : "people.person.no_copy");
    byId("ask").hidden = !this.administrator || !contacts?.some(({ consent }) => consent === "no_answer");
    swap(byId("contacts"),
      h("thead", {}, h("tr", {}, COLUMNS.map((column) => h("th", { scope: "col" }, say(`people.field.${column}`))))),
      h("tbody", {}, (contacts ?? []).map((contact) => this.contact(contact))));
  }

  contact(contact) {
    const mark = contact.reachable ? "safe" : contact.consent === "asked" ? "waiting" : "alarm";
    const word = contact.opted_out ? "opted_out"
      : contact.consent === "agreed" && LINES.includes(contact.reach) ? contact.reach : contact.consent;
    return h("tr", {},
      h("th", { scope: "row" }, h("bdi", {}, contact.name)),
      h("td", {}, h("bdi", { dir: "ltr", class: "phone" }, contact.phone)),
      h("td", {}, h("bdi", {}, contact.known_as)),
      h("td", {}, languages.of(contact.language)),
      h("td", { class: "count" }, contact.ring),
      h("td", {}, h("span", { class: `pill mark-${mark}` }, say(`people.consent.${word}`))));
  }

  askAnew() {
    step(async () => {
      const { asked } = await calls.askAnew(this.id);
      await this.reload();
      told(say("people.person.asked", { count: asked }));
    }, null);
  }
}
