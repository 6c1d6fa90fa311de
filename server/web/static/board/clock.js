// The server's time, not the desk's: a wrong clock on a desk must not show a wrong timer.

const TRUSTED = 2000; // ms; the Date header counts whole seconds
let ahead = 0;

export const now = () => Date.now() + ahead;

export function heard(response) {
  const said = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(said)) return;
  const difference = said - Date.now();
  ahead = Math.abs(difference) > TRUSTED ? difference : 0;
}

const ticking = new Set();
const waking = new Set();
const SLEPT = 20_000; // ms between two beats that were meant to be one second apart

/** Calls back once a second, for everything that counts, also while the page is out of sight. */
export function everySecond(call) {
  ticking.add(call);
}

/** Calls back again and again, so many milliseconds apart, to the next second. */
export function every(span, call) {
  let due = Date.now() + span;
  everySecond(() => {
    if (Date.now() < due) return;
    due = Date.now() + span;
    call();
  });
}

/** Calls back after the machine has slept, or the tab was frozen. */
export function onWake(call) {
  waking.add(call);
}

let beaten = Date.now();

function beat() {
  const slept = Date.now() - beaten > SLEPT;
  beaten = Date.now();
  if (slept) waking.forEach((call) => call());
  ticking.forEach((call) => call(now()));
}

new Worker(new URL("./metronome.js", import.meta.url)).onmessage = beat;
