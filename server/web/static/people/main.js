// Activists, staff and drills of an office: three rooms of one page.

import { byId } from "../board/element.js";
import { say } from "../board/words.js";
import { signedIn } from "../staff/frame.js";
import { ask, step, told } from "./asking.js";
import * as calls from "./calls.js";
import { Drills } from "./drills.js";
import { Offices } from "./offices.js";
import { Person } from "./person.js";
import { Roster } from "./roster.js";

const ROOMS = ["roster", "drills", "offices"];

const { staff } = await signedIn();
const administrator = staff.role === "administrator";
for (const one of document.querySelectorAll("[data-administrator]")) one.hidden = !administrator;

const drills = new Drills({
  administrator,
  mendsOf: (id) => roster.people.find((one) => one.id === id)?.mends ?? [],
  onOpen: openPerson,
});
const offices = new Offices({ administrator, onChange: load });
const person = new Person({ administrator, onChange: load, onBack: () => enter("roster") });
const roster = new Roster({
  administrator,
  onCall: callDrill,
  onOpen: openPerson,
});

function openPerson(one) {
  enter(null);
  return step(() => person.open(one), "");
}

async function load() {
  const [people, found] = await Promise.all([calls.readiness(), calls.people()]);
  roster.show(people);
  offices.show(found);
  person.refresh(people);
  const exposed = people.filter((one) => !one.protected).length;
  byId("exposed").textContent = say("people.page.exposed", { count: exposed });
  byId("exposed").hidden = exposed === 0;
}

/** `null` is the room of one person, which no button leads to. */
function enter(room) {
  told("");
  byId("person").hidden = room !== null;
  for (const name of ROOMS) {
    byId(name).hidden = name !== room;
    document.querySelector(`[data-room="${name}"]`).setAttribute("aria-pressed", String(name === room));
  }
  if (room === null) return;
  person.leave();
  if (room === "drills") step(() => drills.load(), "");
}

function callDrill(ids) {
  ask("new-drill", async ({ way }) => {
    const report = await calls.callDrill(way, ids);
    enter("drills");
    await drills.load();
    drills.show(report);
  }, say("people.drill.chosen", { count: ids.length }));
}

function addActivist() {
  offices.offer("new-person-office");
  ask("new-person", async (wish) => {
    const { id } = await calls.addActivist(wish);
    await load();
    enter(null);
    await person.open({ id });
  });
}

for (const button of document.querySelectorAll("[data-room]")) {
  button.addEventListener("click", () => enter(button.dataset.room));
}
byId("add").addEventListener("click", addActivist);
await step(load, "");
document.documentElement.dataset.ready = "true";
