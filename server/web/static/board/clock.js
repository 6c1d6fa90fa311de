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

/** Calls back once a second, for everything that counts. */
export function everySecond(call) {
  ticking.add(call);
}

setInterval(() => ticking.forEach((call) => call(now())), 1000);
