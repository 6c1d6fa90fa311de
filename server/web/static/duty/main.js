// Duty: who is on and who is next, the coming week, and for administrators all that decides it.

import { byId, h } from "../board/element.js";
import { signedIn } from "../staff/frame.js";
import { attempt, colleagues, lastShifts, onShift, read } from "./calls.js";
import { Line } from "./line.js";
import { Plan } from "./plan.js";
import { Territory } from "./territory.js";
import { showNotes, showNothing, showNow, showWeek } from "./week.js";

const EVERY = 60_000; // ms between two looks at who is on

const { staff } = await signedIn();
const administrator = staff.role === "administrator";
const [plan, line, territory] = [new Plan(() => look()), new Line(), new Territory()];
let office = { id: staff.office }; // each choice is a new object: what answers an earlier one is dropped

/** What everybody sees; forms that somebody may be filling in stay as they are. */
async function look() {
  const wanted = office;
  const [rota, on] = await Promise.all([read(wanted.id, "rota"), onShift()]);
  if (office !== wanted) return null;
  showNow(rota, on.filter((one) => one.office === wanted.id));
  showWeek(rota);
  return rota;
}

/** Until an office's own answers are there, the page shows none: neither its plan nor its forms. */
async function load() {
  const wanted = office;
  showNothing();
  showForms(false);
  try {
    const rota = await look();
    if (!rota) return;
    byId("choice").hidden = rota.offices.length < 2;
    byId("of-office").replaceChildren(...rota.offices.map(({ id, name }) =>
      h("option", { value: id, selected: id === wanted.id }, name)));
    if (administrator) await loadForms(wanted, rota);
  } catch (problem) {
    if (office === wanted) throw problem;
  }
}

async function loadForms(wanted, rota) {
  const { id } = wanted;
  const [people, phones, waits, ground] = await Promise.all([
    colleagues(), read(id, "duty"), read(id, "ladder"), read(id, "territory"),
  ]);
  if (office !== wanted) return;
  plan.show(id, rota, people);
  line.show(id, phones, waits);
  territory.show(id, ground);
  showForms(true);
}

function showForms(shown) {
  for (const section of document.querySelectorAll("[data-administrator]")) section.hidden = !shown;
}

byId("of-office").addEventListener("change", ({ target }) => {
  office = { id: target.value };
  attempt(load);
});

await attempt(load);
await attempt(async () => showNotes(await lastShifts()));
setInterval(() => attempt(look), EVERY);
document.documentElement.dataset.ready = "true";
