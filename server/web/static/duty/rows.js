// What the rows of the forms have in common: labelled fields, languages, a way out of the list.

import { h } from "../board/element.js";
import { say } from "../board/words.js";

const LANGUAGES = ["en", "fr", "es", "ar", "ru", "pt", "zh", "fa", "tr", "mn", "my", "am"];

export const field = (key, attributes) => h("label", {}, say(key), h("input", attributes));

/** A language in its own words, where the browser knows them. */
const nameOf = (code) => new Intl.DisplayNames([code], { type: "language" }).of(code);

export const languages = (chosen) =>
  h("label", {}, say("duty.plan.language"),
    h("select", { name: "language" },
      LANGUAGES.map((code) => h("option", { value: code, lang: code, selected: code === chosen }, nameOf(code)))));

/** Takes its row away; the focus goes to the row after it, or to what adds one. */
export function removal(key) {
  return h("button", { type: "button", class: "remove", onclick: ({ currentTarget }) => {
    const row = currentTarget.closest("li");
    const heir = row.nextElementSibling ?? row.previousElementSibling;
    const next = heir?.querySelector("select, input") ?? row.closest("form").querySelector("button[id]");
    row.remove();
    next.focus();
  } }, say(key));
}
