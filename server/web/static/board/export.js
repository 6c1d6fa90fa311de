// From the open incident to its record: what leaves the office is asked for on the page of it.

import { h } from "./element.js";
import { say } from "./words.js";

/** The incident's id goes behind `#`: no log of any server has it. */
export const exportLink = (incident) =>
  incident.readable
    ? h("a", { class: "export", href: `/record#incident=${incident.id}`, "data-focus": "export" },
        say("web.action.export"))
    : null;
