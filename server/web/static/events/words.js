// How an event is called.

import { clock, say } from "../board/words.js";

/** As staff call it; else where it is, else since when. */
export function title(event, now) {
  if (event.name && event.name !== event.place?.name) return event.name;
  if (event.place) return say("events.name.near", { place: event.place.name });
  return say("events.name.since", { time: clock(event.first_at, now) });
}

export const alerts = (count) => say("events.count.alerts", { count });
export const untaken = (count) => say("events.count.untaken", { count });
