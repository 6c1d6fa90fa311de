// The duty line: phones in the order in which they ring, and how long the ladders wait.

import { byId, h } from "../board/element.js";
import { say } from "../board/words.js";
import { attempt, tell, write } from "./calls.js";
import { field, languages, removal } from "./rows.js";

export class Line {
  constructor() {
    byId("add-phone").addEventListener("click", () => {
      const row = number({ phone: "", language: document.documentElement.lang });
      byId("numbers").append(row);
      row.querySelector("input").focus();
    });
    onSubmit("phones", () => this.savePhones());
    onSubmit("waits", () => this.saveWaits());
  }

  show(office, { phones }, waits) {
    this.office = office;
    byId("numbers").replaceChildren(...phones.map(number));
    for (const [name, value] of Object.entries(waits)) {
      const input = byId(`wait-${name}`);
      if (name === "calls") input.checked = value;
      else input.value = value;
    }
  }

  async savePhones() {
    const phones = [...byId("numbers").children].map((row) => ({
      phone: row.querySelector("input").value.replaceAll(/[\s()-]/g, ""),
      language: row.querySelector("select").value,
    }));
    if (await attempt(() => write(this.office, "duty", { phones }))) tell("duty.page.saved");
  }

  async saveWaits() {
    const waits = Object.fromEntries([...byId("waits").querySelectorAll("input")].map((input) =>
      [input.name, input.type === "checkbox" ? input.checked : Number(input.value)]));
    if (await attempt(() => write(this.office, "ladder", waits))) tell("duty.page.saved");
  }
}

function onSubmit(section, save) {
  byId(section).querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}

function number({ phone, language }) {
  return h("li", {},
    field("duty.plan.phone", { type: "tel", value: phone, dir: "ltr", required: true, pattern: "[+0-9()\\s\\-]{8,24}" }),
    languages(language),
    h("button", { type: "button", onclick: ({ currentTarget }) => {
      const row = currentTarget.closest("li");
      row.previousElementSibling?.before(row);
      currentTarget.focus();
    } }, say("duty.phones.up")),
    removal("duty.plan.remove"));
}
