// The ground an office answers for: codes in one field, circles as rows.

import { byId, h } from "../board/element.js";
import { attempt, tell, write } from "./calls.js";
import { field, removal } from "./rows.js";

const OWN = { 403: "duty.territory.top_only", 409: "duty.territory.taken" };
const KM = 1000; // metres

export class Territory {
  constructor() {
    byId("add-circle").addEventListener("click", () => {
      const row = circle({ lat: "", lon: "", radius_m: 30 * KM });
      byId("circles").append(row);
      row.querySelector("input").focus();
    });
    byId("territory").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  show(office, { areas }) {
    this.office = office;
    byId("codes").value = areas.map(({ code }) => code).filter(Boolean).join(" ");
    byId("circles").replaceChildren(...areas.filter(({ code }) => !code).map(circle));
  }

  async save() {
    const codes = byId("codes").value.toUpperCase().split(/[\s,;]+/).filter(Boolean);
    const circles = [...byId("circles").children].map((row) => {
      const [lat, lon, km] = [...row.querySelectorAll("input")].map((input) => Number(input.value));
      return { lat, lon, radius_m: km * KM };
    });
    const areas = [...new Set(codes)].map((code) => ({ code })).concat(circles);
    if (await attempt(() => write(this.office, "territory", { areas }), OWN)) tell("duty.page.saved");
  }
}

function circle({ lat, lon, radius_m }) {
  const figure = { type: "number", step: "any", dir: "ltr", required: true };
  return h("li", {},
    field("duty.territory.lat", { ...figure, value: lat, min: -90, max: 90 }),
    field("duty.territory.lon", { ...figure, value: lon, min: -180, max: 180 }),
    field("duty.territory.radius", { ...figure, value: radius_m / KM, min: 1, max: 500 }),
    removal("duty.plan.remove"));
}
