// A plan: opened on purpose, since every look is noted; changed by administrators.

import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { clock, say } from "../board/words.js";
import { step, told } from "./asking.js";
import * as calls from "./calls.js";
import { field, tick } from "./pairing.js";

const LONG = 1500;
const SHORT = 200;
const FIELDS = [
  ["full_name", SHORT], ["call_back", LONG], ["code_word", SHORT], ["lawyer", SHORT],
  ["medical", LONG], ["first_hours", LONG], ["notes", LONG],
];

export class Plan {
  constructor({ administrator, onSaved }) {
    Object.assign(this, { administrator, onSaved, id: null });
    byId("plan-open").addEventListener("click", () => step(() => this.open(), ""));
    byId("plan").addEventListener("submit", (event) => {
      event.preventDefault();
      step(() => this.save(), "");
    });
  }

  leave(id) {
    this.id = id;
    byId("plan").hidden = true;
    byId("plan").replaceChildren();
    byId("plan-open").hidden = false;
    byId("plan-state").textContent = say("people.plan.noted");
  }

  async open() {
    const id = this.id;
    const plan = await calls.plan(id);
    if (this.id !== id) return;
    this.draw(plan);
    byId("plan").querySelector("input, textarea")?.focus();
  }

  draw(plan) {
    byId("plan-state").textContent = plan.reviewed_at
      ? say("people.plan.reviewed", { time: clock(plan.reviewed_at, now()) })
      : say("web.readiness.no_plan");
    byId("plan-open").hidden = true;
    swap(byId("plan"),
      FIELDS.map(([name, most]) => text(name, most, plan[name], !this.administrator)),
      police(plan.police, !this.administrator),
      publicity(plan.publicity),
      this.administrator && h("button", { class: "primary" }, say("people.plan.save")));
    for (const part of byId("plan").querySelectorAll("fieldset")) part.disabled = !this.administrator;
    byId("plan").hidden = false;
  }

  async save() {
    const { elements } = byId("plan");
    const plan = Object.fromEntries(FIELDS.map(([name]) => [name, elements[name].value.trim()]));
    plan.police = elements.police.value;
    plan.publicity = {
      name: elements.may_name.checked,
      photo: elements.may_photo.checked,
      decides: elements.decides.value.trim(),
      agreed_on: elements.agreed_on.value || null,
    };
    const id = this.id;
    const saved = await calls.savePlan(id, plan);
    if (this.id === id) this.draw(saved);
    await this.onSaved();
    if (this.id === id) told(say("people.plan.saved")); // on another's page it would be said of them
  }
}

function text(name, most, value, readonly) {
  const label = h("span", {}, say(`people.plan.${name}`));
  const attributes = { name, maxlength: most, dir: "auto", readonly };
  return h("label", {}, label, most === LONG
    ? h("textarea", { ...attributes, rows: 3 }, value)
    : h("input", { ...attributes, value }));
}

function police(chosen, disabled) {
  return h("label", {}, h("span", {}, say("people.plan.police")),
    h("select", { name: "police", disabled }, ["", "help", "danger"].map((word) =>
      h("option", { value: word, selected: word === chosen }, say(`people.plan.police_${word || "unknown"}`)))));
}

function publicity({ name, photo, decides, agreed_on }) {
  return h("fieldset", {},
    h("legend", {}, say("people.plan.publicity")),
    tick("may_name", "people.plan.may_name", name),
    tick("may_photo", "people.plan.may_photo", photo),
    field("decides", "people.plan.decides", { value: decides, maxlength: SHORT, dir: "auto" }),
    field("agreed_on", "people.plan.agreed_on", { value: agreed_on, type: "date" }));
}
