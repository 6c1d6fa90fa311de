// How many of the office's activists are not protected today, on the board's way to them.

import { readiness } from "../people/calls.js";
import { byId } from "./element.js";
import { say } from "./words.js";

const EVERY = 3_600_000; // ms; readiness decays in days

/** Looks once the board is open, then every hour. */
export function watchExposed() {
  look();
  setInterval(look, EVERY);
}

async function look() {
  const mark = byId("exposed");
  if (!mark) return;
  try {
    const exposed = (await readiness()).filter((one) => !one.protected).length;
    mark.textContent = exposed || "";
    mark.title = say("web.board.exposed", { count: exposed });
    mark.setAttribute("aria-label", mark.title);
    mark.hidden = exposed === 0;
  } catch {
    mark.hidden = true; // the line says that there is no connection
  }
}
