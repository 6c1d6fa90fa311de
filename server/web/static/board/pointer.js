// A press lands on what it began on: nothing is redrawn under a held pointer.

let held = false;
const waiting = new Set();

function released() {
  held = false;
  const calls = [...waiting];
  waiting.clear();
  calls.forEach((call) => call());
}

addEventListener("pointerdown", () => (held = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(released), true); // the click comes first
}

/** Calls now, or once the pointer is up; the same function waits only once. */
export function whenFree(call) {
  if (held) waiting.add(call);
  else call();
}
