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
    this.reads = 0;
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
    this.blank();
    if (await this.reload()) byId("person-name").focus();
  }

  leave() {
    this.id = null;
    this.blank();
    this.pairing.leave();
    this.plan.leave(null);
  }

  /** Nobody's: what stood here was another person's, and no button acts until the profile is there. */
  blank() {
    this.reads += 1;
    this.profile = null;
    for (const id of ["person-name", "person-office", "mends", "phones", "offers", "contacts"]) {
      byId(id).replaceChildren();
    }
    for (const id of ["contacts-frame", "no-contacts", "ask"]) byId(id).hidden = true;
    for (const id of ["pair", "plan-open"]) byId(id).disabled = true;
  }

  /** Answers may overtake each other: the last question counts. Whether this was the last. */
  async reload() {
    const turn = ++this.reads;
    const profile = await this.read(turn);
    if (!profile) return false;
    this.draw(profile);
    await this.onChange();
    return turn === this.reads;
  }

  async read(turn) {
    try {
      const profile = await calls.profile(this.id);
      return turn === this.reads ? profile : null;
    } catch (problem) {
      if (turn === this.reads) throw problem;
      return null;
    }
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
    byId("plan-open").disabled = false;
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
    const { id } = this;
    const about = `${nameOf(this.profile)}. ${say("people.person.revoke_about")}`;
    sure(say("people.person.revoke"), about, async () => {
      await calls.revokePhone(id, phone.id);
      await (this.id === id ? this.reload() : this.onChange());
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
    const { id } = this;
    step(async () => {
      const { asked } = await calls.askAnew(id);
      if (this.id !== id) return;
      await this.reload();
      told(say("people.person.asked", { count: asked }));
    }, null);
  }
}
