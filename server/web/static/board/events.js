// Mass events on the board: one line each above the list, with the way to the event's own page.

import { byId, h, swap } from "./element.js";
import { isUntaken } from "./incidents.js";
import { whenFree } from "./pointer.js";
import { say } from "./words.js";

const SIGN = "\u2234"; // three dots that belong together

let shown = [];

/** `incidents`: those that this desk may see, and that are open. */
export function showEvents(incidents) {
  const events = new Map();
  for (const incident of incidents) {
    if (!incident.event) continue;
    const known = events.get(incident.event.id) ?? { seq: -1, untaken: 0 };
    // Of its alerts the one that was read last knows best how many there are.
    if (incident.seq > known.seq) Object.assign(known, incident.event, { seq: incident.seq });
    known.untaken += isUntaken(incident) ? 1 : 0;
    events.set(incident.event.id, known);
  }
  shown = [...events.values()]
    .sort((one, other) => other.untaken - one.untaken || other.count - one.count);
  whenFree(draw);
}

function draw() {
  byId("mass-events").hidden = shown.length === 0;
  swap(byId("mass-events"), shown.map(line));
}

const line = ({ id, name, count, untaken }) => h("li", {},
  h("a", { href: `/events#${id}`, "data-focus": `event ${id}` },
    SIGN, " ", name ? say("web.event.name", { name }) : say("web.event.mark")),
  h("p", { class: untaken > 0 && "is-untaken" }, say("web.event.counts", { count, untaken })));

/** On a card: that it is one of many. */
export const eventMark = ({ event }) =>
  event && h("span", { class: "event-sign", title: say("web.event.mark") },
    SIGN, h("span", { class: "quiet" }, ` ${say("web.event.mark")}`));
