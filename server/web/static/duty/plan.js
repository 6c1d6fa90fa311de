// The plan as a form: a row for each shift, and one row for a shift of several weekdays.

import { byId, h } from "../board/element.js";
import { say } from "../board/words.js";
import { attempt, tell, write } from "./calls.js";
import { field, languages, removal } from "./rows.js";
import { weekday } from "./time.js";

const WEEK = [0, 1, 2, 3, 4, 5, 6];
const SEVERAL = { every_day: WEEK, workdays: WEEK.slice(0, 5) };

export class Plan {
  /** `onSaved()` once the server keeps it. */
  constructor(onSaved) {
    this.onSaved = onSaved;
    byId("zones").replaceChildren(...Intl.supportedValuesOf("timeZone").map((zone) => h("option", { value: zone })));
    byId("add-shift").addEventListener("click", () => {
      const row = this.row({ weekday: 0, day: null, starts: "08:00", ends: "20:00" });
      byId("shifts").append(row);
      row.querySelector("select").focus();
    });
    byId("plan").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  show(office, rota, staff) {
    this.office = office;
    this.staff = staff;
    byId("zone").value = rota.zone;
    byId("shifts").replaceChildren(...rota.shifts.map((shift) => this.row(shift)));
  }

  row(shift) {
    const date = field("duty.plan.date", { type: "date", name: "day", value: shift.day, required: true });
    const when = h("select", { name: "when" },
      WEEK.map((number) => h("option", { value: number }, weekday(number))),
      Object.keys(SEVERAL).map((name) => h("option", { value: name }, say(`duty.plan.${name}`))),
      h("option", { value: "day" }, say("duty.plan.one_day")));
    const showDate = () => {
      date.hidden = when.value !== "day";
      date.querySelector("input").disabled = date.hidden;
    };
    when.value = shift.day ? "day" : String(shift.weekday);
    when.addEventListener("change", showDate);
    showDate();
    const colleague = h("select", { name: "staff_id" },
      h("option", { value: "" }, say("duty.plan.no_colleague")),
      this.staff.map(({ id, name }) => h("option", { value: id, selected: id === shift.staff_id }, name)));
    return h("li", {},
      h("label", {}, say("duty.plan.when"), when), date,
      field("duty.plan.from", { type: "time", name: "starts", value: shift.starts, required: true }),
      field("duty.plan.to", { type: "time", name: "ends", value: shift.ends, required: true }),
      h("label", {}, say("duty.plan.colleague"), colleague),
      field("duty.plan.phone", { type: "tel", name: "phone", value: shift.phone, dir: "ltr", pattern: "\\+[1-9][0-9]{6,14}" }),
      languages(shift.language ?? document.documentElement.lang),
      removal("duty.plan.remove"));
  }

  async save() {
    const shifts = [...byId("shifts").children].flatMap(read);
    const done = await attempt(() => write(this.office, "rota", { zone: byId("zone").value.trim(), shifts }));
    if (!done) return;
    await this.onSaved();
    tell("duty.page.saved");
  }
}

/** What a row says: one shift, or one for each of its weekdays. */
function read(row) {
  const value = (name) => row.querySelector(`[name="${name}"]`).value;
  const when = value("when");
  const shift = {
    starts: value("starts"), ends: value("ends"), staff_id: value("staff_id") || null,
    phone: value("phone").replaceAll(/[\s()-]/g, "") || null, language: value("language"),
  };
  if (when === "day") return [{ ...shift, day: value("day") }];
  return (SEVERAL[when] ?? [Number(when)]).map((number) => ({ ...shift, weekday: number }));
}
