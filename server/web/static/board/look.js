// How an incident looks, as shapes and words before colour: one description for list and map.

import { svg } from "./element.js";
import { isCancelled, isOver, isUntaken } from "./incidents.js";
import { clock, say } from "./words.js";

const SILENT = 10 * 60 * 1000; // ms without a sign from the phone; positions come far more often
export const SIZE = 56; // the square every shape is drawn in
const MIDDLE = SIZE / 2;

const circle = (radius, x = MIDDLE, y = MIDDLE) =>
  `M${x} ${y - radius}a${radius} ${radius} 0 1 0 .01 0Z`;

/** Slanting lines that fill a disc. */
function hatching(radius, step = 5) {
  let lines = "";
  for (let offset = -radius + step; offset < radius; offset += step) {
    const half = Math.sqrt(radius * radius - offset * offset);
    const [dx, dy] = [half * Math.SQRT1_2, offset * Math.SQRT1_2];
    lines += `M${MIDDLE + dy - dx} ${MIDDLE + dy + dx}L${MIDDLE + dy + dx} ${MIDDLE + dy - dx}`;
  }
  return lines;
}

const DISC = circle(19);
const CORE = circle(11);
const HATCHED = hatching(19);
const OUTER = circle(25);
const BADGE = circle(8, 46, 10);
const TICK = "M42.300 10.200l2.700 2.700 4.900-5.300";

export const isSilent = (incident, now) =>
  ["open", "acknowledged", "claimed_safe"].includes(incident.state) &&
  Boolean(incident.last_heard_at) && now - Date.parse(incident.last_heard_at) > SILENT;

const minutes = (incident, now) => {
  const since = Math.max(0, Math.floor((now - Date.parse(incident.opened_at)) / 60_000));
  return since < 100 ? String(since) : `${Math.floor(since / 60)}h`;
};

const seconds = (incident, now) =>
  String(Math.max(0, Math.ceil((Date.parse(incident.release_at) - now) / 1000)));

export const initials = (name) =>
  name.split(/\s+/).map((part) => [...part][0] ?? "").slice(0, 2).join("").toLocaleUpperCase();

/** {colour, parts: [{d, fill, stroke, width, dash}], text, textColour}; colours are roles. */
export function look(incident, now) {
  const main = body(incident, now);
  const parts = [...main.parts];
  if (incident.kind === "drill") {
    parts.push({ d: HATCHED, stroke: "drill", width: 1.5 });
    parts.push({ d: CORE, fill: main.core });
  }
  if (incident.duress) parts.push({ d: OUTER, stroke: main.colour, width: 3 });
  else if (isSilent(incident, now)) {
    parts.push({ d: OUTER, stroke: "waiting", width: 3, dash: [9, 6] });
  }
  if (incident.acting > 0) {
    parts.push({ d: BADGE, fill: "safe", stroke: "surface", width: 2 });
    parts.push({ d: TICK, stroke: "on", width: 2.2 });
  }
  return { colour: main.colour, parts, text: main.text, textColour: main.textColour };
}

function body(incident, now) {
  const untaken = isUntaken(incident);
  const drill = incident.kind === "drill";
  const who = incident.taken_by ? initials(incident.taken_by.name) : "";
  if (isOver(incident)) return ring(incident.outcome === "safe" ? "safe" : "mute", "–", 2.5);
  if (isCancelled(incident)) return ring(drill ? "drill" : "mute", "?", 2);
  if (incident.state === "claimed_safe") {
    return ring(drill ? "drill" : untaken ? "alarm" : "taken", who || "?", 2);
  }
  if (untaken) return disc(drill ? "drill" : "alarm", minutes(incident, now), drill);
  if (incident.unanswered) return disc("waiting", seconds(incident, now), drill);
  return ring(drill ? "drill" : "taken", who, 5);
}

const disc = (colour, text, drill) => ({
  colour,
  core: colour,
  text,
  textColour: "on",
  parts: drill
    ? [{ d: DISC, fill: "surface", stroke: colour, width: 2 }]
    : [{ d: DISC, fill: colour }],
});

const ring = (colour, text, width) => ({
  colour,
  core: "surface",
  text,
  textColour: colour,
  parts: [{ d: DISC, fill: "surface", stroke: colour, width }],
});

/** The words of the same state; shape and word say it together. */
export function stateWords(incident, now) {
  if (isOver(incident)) return outcomeWord(incident.outcome);
  if (isCancelled(incident)) return say("web.state.cancelled");
  if (incident.state === "claimed_safe") return say("web.state.claimed_safe");
  if (isUntaken(incident)) return say("web.state.untaken");
  if (incident.unanswered) return say("web.state.pending");
  return say("web.state.taken", {
    name: incident.taken_by?.name ?? "",
    time: clock(incident.taken_at ?? incident.opened_at, now),
  });
}

export const OUTCOMES = {
  safe: "web.outcome.safe",
  false_alarm: "web.outcome.false_alarm",
  released: "web.outcome.released",
  detained: "web.outcome.detained",
  missing: "web.outcome.missing",
  dead: "web.outcome.dead",
  drill: "web.outcome.drill",
  duplicate: "web.outcome.duplicate",
};

export const outcomeWord = (outcome) => say(OUTCOMES[outcome]);

export function glyph(incident, now, side = 44) {
  const { parts, text, textColour } = look(incident, now);
  return svg(
    "svg",
    { class: "glyph", viewBox: `0 0 ${SIZE} ${SIZE}`, width: side, height: side, "aria-hidden": "true" },
    parts.map(({ d, fill, stroke, width, dash }) =>
      svg("path", {
        d,
        class: `fill-${fill ?? "none"} stroke-${stroke ?? "none"}`,
        "stroke-width": width,
        "stroke-dasharray": dash?.join(" "),
      })),
    text
      ? svg("text", { x: MIDDLE, y: MIDDLE + 5.5, class: `fill-${textColour} stroke-none` }, text)
      : null,
  );
}
