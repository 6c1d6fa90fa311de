// What list and map leave out. It is kept in this browser: places and kinds, nobody's name.

import { now } from "./clock.js";
import { byId, h } from "./element.js";
import { group, GROUPS, isOver } from "./incidents.js";
import { TITLES } from "./list.js";
import { say } from "./words.js";

const KEPT = "candlewire.filter";
const HOUR = 3_600_000; // ms
const AGES = {
  hour: (age) => age < HOUR,
  day: (age) => age < 24 * HOUR,
  older: (age) => age >= 24 * HOUR,
};
const NOTHING = { office: "", office_name: "", state: "", kind: "", age: "", mine: false };

export class Filters {
  /** `me`: whose incidents are "mine". `onChange()` when something else is to be seen. */
  constructor({ me, onChange }) {
    Object.assign(this, { me, onChange });
    this.offices = new Map();
    this.wish = { ...NOTHING, ...kept() };
    if (this.wish.office) this.offices.set(this.wish.office, this.wish.office_name);
    this.form = byId("filters");
    this.button = byId("filter");
    byId("filter-state").append(...GROUPS.map((name) => h("option", { value: name }, say(TITLES[name]))));
    this.button.addEventListener("click", () => this.toggle());
    this.form.addEventListener("input", () => this.read());
    byId("filter-clear").addEventListener("click", () => this.clear());
    this.fill();
  }

  get active() {
    return Object.entries(NOTHING).some(([name, nothing]) => this.wish[name] !== nothing);
  }

  passes(incident) {
    const { office, state, kind, age, mine } = this.wish;
    return (!office || incident.office === office) &&
      (!state || isOver(incident) || group(incident) === state) &&
      (!kind || incident.kind === kind) &&
      (!age || AGES[age](now() - Date.parse(incident.opened_at))) &&
      (!mine || incident.taken_by?.id === this.me);
  }

  /** The offices that there is something of; with one alone there is no choice. */
  meet(incidents) {
    const before = this.offices.size;
    for (const { office, office_name } of incidents) this.offices.set(office, office_name);
    if (this.offices.size !== before) this.fill();
  }

  toggle() {
    this.form.hidden = !this.form.hidden;
    this.draw();
    if (!this.form.hidden) this.form.querySelector("label:not([hidden]) :is(select, input)").focus();
  }

  get inUse() {
    return this.form.contains(document.activeElement);
  }

  close() {
    this.form.hidden = true;
    this.draw();
    this.button.focus();
  }

  clear() {
    this.wish = { ...NOTHING };
    this.fill();
    this.keep();
    this.button.focus();
  }

  read() {
    const { office, state, kind, age, mine } = this.form.elements;
    this.wish = {
      office: office.value, office_name: this.offices.get(office.value) ?? "",
      state: state.value, kind: kind.value, age: age.value, mine: mine.checked,
    };
    this.draw();
    this.keep();
  }

  keep() {
    localStorage.setItem(KEPT, JSON.stringify(this.wish));
    this.onChange();
  }

  fill() {
    const { office, state, kind, age, mine } = this.form.elements;
    const places = [...this.offices].sort(([, one], [, other]) => one.localeCompare(other));
    office.replaceChildren(office.options[0], ...places.map(([id, name]) => h("option", { value: id }, name)));
    office.closest("label").hidden = places.length < 2;
    Object.assign(office, { value: this.wish.office });
    Object.assign(state, { value: this.wish.state });
    Object.assign(kind, { value: this.wish.kind });
    Object.assign(age, { value: this.wish.age });
    mine.checked = this.wish.mine;
    this.draw();
  }

  draw() {
    this.button.classList.toggle("is-on", this.active);
    this.button.setAttribute("aria-expanded", String(!this.form.hidden));
    byId("filter-on").hidden = !this.active;
    byId("filter-clear").hidden = !this.active;
  }
}

/** What an earlier version kept, or somebody else's hand, must not keep the board from opening. */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return Object.fromEntries(Object.entries(NOTHING)
      .filter(([name, nothing]) => typeof found[name] === typeof nothing)
      .map(([name]) => [name, found[name]])
      .filter(([name, value]) => name !== "age" || value === "" || value in AGES));
  } catch (broken) {
    if (!(broken instanceof SyntaxError) && !(broken instanceof TypeError)) throw broken;
    return {};
  }
}
