// The record: what leaves the office, appeals for people, and what a period comes to.

import { read } from "../board/api.js";
import { byId } from "../board/element.js";
import { say } from "../board/words.js";
import { signedIn } from "../staff/frame.js";
import { Appeals } from "./appeals.js";
import { complain, problemWords } from "./calls.js";
import { Exports } from "./exports.js";
import { Statistics } from "./statistics.js";

const WANTED = /^#incident=([0-9a-f-]{36})$/;

const session = await signedIn();
const exports = new Exports(session);
const appeals = new Appeals(exports);
const statistics = new Statistics();

/** The incident that the board sent somebody here for; behind `#`, so that no log has it. */
async function wanted() {
  const found = WANTED.exec(location.hash);
  if (!found) return;
  const incident = await read(found[1]);
  exports.offer(incident, say("record.exports.one", { code: incident.code }));
  byId("draft").hidden = false;
  byId("draft").onclick = () => appeals.draft(incident.id);
}

window.addEventListener("hashchange", () => attempt(wanted));

async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    complain(problemWords(problem));
  }
}

await attempt(wanted);
await attempt(() => exports.load());
await attempt(() => appeals.load());
await attempt(() => statistics.load());
document.documentElement.dataset.ready = "true";
