// One letter, one step; switched off where speech input or a screen reader needs the letters.

import { anyOpen } from "./dialogs.js";
import { byId } from "./element.js";

const KEPT = "candlewire.letters";
const TYPING = "input, textarea, select, [contenteditable]";

/** `steps`: {j: () => …}; a letter does nothing while someone types or a dialog is open. */
export function listen(steps) {
  const switchedOn = byId("letters");
  switchedOn.checked = lettersAreOn();
  switchedOn.addEventListener("change", () =>
    localStorage.setItem(KEPT, switchedOn.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || anyOpen()) return;
    if (event.key === "Escape") {
      steps.Escape();
      return;
    }
    if (!switchedOn.checked || event.target.closest(TYPING)) return;
    const step = steps[latin(event)];
    if (!step) return;
    event.preventDefault();
    step();
  });
}

export const lettersAreOn = () => localStorage.getItem(KEPT) !== "off";

/** On an Arabic or Cyrillic keyboard the letter is where it is on a Latin one. */
export function latin({ key, code }) {
  if (/^[a-z/?]$/i.test(key)) return key.toLowerCase();
  return code.startsWith("Key") ? code.slice(3).toLowerCase() : key;
}
