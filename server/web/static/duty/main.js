// Duty: who is on and who is next, the coming week, and for administrators all that decides it.

import { byId, h } from "../board/element.js";
import { signedIn } from "../staff/frame.js";
import { attempt, colleagues, lastShifts, onShift, read } from "./calls.js";
import { Line } from "./line.js";
import { Plan } from "./plan.js";
import { Territory } from "./territory.js";
import { showNotes, showNow, showWeek } from "./week.js";

const EVERY = 60_000; // ms between two looks at who is on

const { staff } = await signedIn();
const administrator = staff.role === "administrator";
const [plan, line, territory] = [new Plan(() => look()), new Line(), new Territory()];
let office = staff.office;

/** What everybody sees; forms that somebody may be filling in stay as they are. */
async function look() {
  const [rota, on] = await Promise.all([read(office, "rota"), onShift()]);
  showNow(rota, on.filter((one) => one.office === office));
  showWeek(rota);
  return rota;
}

async function load() {
  const rota = await look();
  byId("choice").hidden = rota.offices.length < 2;
  byId("of-office").replaceChildren(...rota.offices.map(({ id, name }) =>
    h("option", { value: id, selected: id === office }, name)));
  if (administrator) await loadForms(rota);
}

async function loadForms(rota) {
  const [people, phones, waits, ground] = await Promise.all([
    colleagues(), read(office, "duty"), read(office, "ladder"), read(office, "territory"),
  ]);
  plan.show(office, rota, people);
  line.show(office, phones, waits);
  territory.show(office, ground);
  for (const section of document.querySelectorAll("[data-administrator]")) section.hidden = false;
}

byId("of-office").addEventListener("change", ({ target }) => {
  office = target.value;
  attempt(load);
});

await attempt(load);
await attempt(async () => showNotes(await lastShifts()));
setInterval(() => attempt(look), EVERY);
document.documentElement.dataset.ready = "true";
