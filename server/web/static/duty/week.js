// Who is on now, who is next, and the coming week as a table in which gaps stand out.

import { now as serverNow } from "../board/clock.js";
import { byId, h } from "../board/element.js";
import { say } from "../board/words.js";
import { day, daysFrom, hour, moment } from "./time.js";

const DAYS = 8; // today's rest, and seven more that begin within the span
const HORIZON = 7 * 24 * 3600 * 1000 - 300_000; // ms; a gap that reaches it may go on

export function showNothing() {
  for (const id of ["now", "next", "boards", "zone-shown", "week"]) byId(id).replaceChildren();
}

export function showNow(rota, onShift) {
  const now = serverNow();
  const on = rota.now.map((turn) => h("li", {},
    h("strong", {}, who(turn)), " ",
    h("span", {}, say("duty.now.until", { time: moment(turn.ends_at, now, rota.zone) }))));
  byId("now").replaceChildren(...(on.length ? on : [h("li", {},
    rota.shifts.length
      ? h("span", { class: "pill mark-alarm" }, say("duty.now.nobody"))
      : h("span", { class: "pill mark-mute" }, say("duty.now.no_plan")))]));
  byId("next").hidden = !rota.next;
  if (rota.next) {
    byId("next").replaceChildren(say("duty.now.next", { time: moment(rota.next.starts_at, now, rota.zone) }), " ", ...who(rota.next));
  }
  const names = onShift.map(({ name }) => name).join(", ");
  byId("boards").textContent = names ? say("duty.now.boards", { names }) : say("duty.now.no_boards");
}

export function showWeek(rota) {
  const now = serverNow();
  byId("zone-shown").textContent = say("duty.week.zone", { zone: rota.zone });
  const turns = [
    ...rota.week.map((turn) => ({ ...turn, gap: false })),
    ...rota.gaps.map((gap) => ({ ...gap, gap: true })),
  ].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  const shown = (turn) => Math.max(Date.parse(turn.starts_at), now);
  const rows = daysFrom(now, DAYS).map((at) => {
    const here = turns.filter((turn) => day(shown(turn), rota.zone) === day(at, rota.zone));
    return here.length && h("tr", {},
      h("th", { scope: "row" }, day(at, rota.zone)),
      h("td", {}, h("ul", { class: "turns" }, here.map((turn) => chip(turn, now, rota.zone)))));
  }).filter(Boolean);
  byId("week").replaceChildren(...(rows.length ? rows
    : [h("tr", {}, h("td", { colspan: "2" }, say("duty.now.no_plan")))]));
}

function chip(turn, now, zone) {
  const [starts, ends] = [Date.parse(turn.starts_at), Date.parse(turn.ends_at)];
  const isNow = starts <= now && now < ends;
  const until = turn.gap && ends - now > HORIZON ? "…" : hour(ends, zone);
  return h("li", { class: `turn${turn.gap ? " is-gap" : ""}${isNow && !turn.gap ? " is-now" : ""}` },
    h("bdi", { class: "hours", dir: "ltr" }, `${hour(starts, zone)}–${until}`), " ",
    turn.gap ? say("duty.week.nobody") : who(turn));
}

/** A name, a number, or both. */
function who({ name, phone }) {
  return [
    name && h("bdi", {}, name),
    name && phone && " ",
    phone && h("bdi", { class: "phone", dir: "ltr" }, phone),
  ].filter(Boolean);
}

export function showNotes(shifts) {
  const left = shifts.filter(({ note }) => note);
  byId("no-notes").hidden = left.length > 0;
  byId("notes").replaceChildren(...left.map((shift) => h("li", {},
    h("p", { class: "sum" }, h("bdi", {}, shift.name), " · ", h("bdi", {}, shift.office_name), " · ",
      h("time", { datetime: shift.ended_at }, `${day(shift.ended_at)} ${hour(shift.ended_at)}`)),
    h("p", { class: "said", dir: "auto" }, shift.note))));
}
