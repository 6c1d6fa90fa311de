// Every step of an incident, newest first, in sentences.

import { reason } from "./carrier.js";
import { h } from "./element.js";
import { outcomeWord } from "./look.js";
import { clock, coordinates, distance, full, percent, say } from "./words.js";

const LATE = 5000; // ms between an event and its record that are worth showing

const TRIGGERS = {
  button: "web.trigger.button",
  keys: "web.trigger.keys",
  shake: "web.trigger.shake",
  widget: "web.trigger.widget",
  check_in: "web.trigger.check_in",
};
const TEXTS = {
  alert: "web.text.alert",
  more: "web.text.more",
  again: "web.text.again",
  stop_claimed: "web.text.stop_claimed",
  moved: "web.text.moved",
  battery_low: "web.text.battery_low",
  silent: "web.text.silent",
};
const CALL_REASONS = {
  not_delivered: "web.timeline.calling_not_delivered",
  no_answer: "web.timeline.calling",
};
const DUTY_REASONS = {
  not_taken: "web.timeline.duty_paged",
  no_board: "web.timeline.duty_paged_no_board",
  no_contacts: "web.timeline.duty_paged_no_contacts",
};
export const SOURCES = {
  gps: "web.source.gps",
  network: "web.source.network",
  last_known: "web.source.last_known",
};

const person = ({ detail }) =>
  ({ name: detail.text === "duty" ? say("web.timeline.duty_phone") : detail.name ?? detail.contact });
const CALLS = new Set(["call", "duty_call"]);
/** The sentence about a text, or in its place the one about a call. */
const byPhone = (call, text) => (entry) =>
  CALLS.has(entry.detail.text) ? say(call, called(entry)) : text(entry);
const called = ({ detail }) =>
  ({ name: detail.text === "duty_call" ? say("web.timeline.duty_phone") : detail.name ?? detail.contact });
const actor = (entry) => ({ name: entry.actor?.name ?? say("web.timeline.somebody") });

function place(position) {
  if (!position) return say("web.place.none");
  const where = coordinates(position);
  return position.accuracy_m === null
    ? where
    : say("web.timeline.place", { place: where, distance: distance(position.accuracy_m) });
}

/** What an entry says; a kind that this page does not know is named as it is. */
const SENTENCES = {
  raised: ({ detail }) =>
    say(detail.kind === "drill" ? "web.timeline.raised_drill" : "web.timeline.raised", {
      trigger: say(TRIGGERS[detail.trigger] ?? "web.trigger.other"),
    }),
  released: () => say("web.timeline.released"),
  pressed_again: () => say("web.timeline.pressed_again"),
  position: ({ detail, count }) =>
    count > 1 ? say("web.timeline.positions", { count, place: place(detail.position) }) : place(detail.position),
  sent: byPhone("web.timeline.called", (entry) =>
    say("web.timeline.sent", { ...person(entry), text: say(TEXTS[entry.detail.text] ?? "web.text.other") })),
  delivered: byPhone("web.timeline.picked_up", (entry) => say("web.timeline.delivered", person(entry))),
  refused: (entry) => say("web.timeline.refused", { ...person(entry), reason: reason(entry.detail.code) }),
  undelivered: byPhone("web.timeline.not_picked_up", (entry) =>
    say("web.timeline.undelivered", { ...person(entry), reason: reason(entry.detail.code) })),
  duty_heard: () => say("web.timeline.duty_heard"),
  unknown: (entry) => say("web.timeline.unknown", person(entry)),
  answered: (entry) =>
    say(entry.detail.answer === "acting" ? "web.timeline.acting" : "web.timeline.cannot", person(entry)),
  all_declined: () => say("web.timeline.all_declined"),
  lead_asked: (entry) => say("web.timeline.lead_asked", person(entry)),
  lead_silent: (entry) =>
    say("web.timeline.lead_silent", { name: person(entry).name ?? say("web.timeline.the_office") }),
  given_back: (entry) => say("web.timeline.given_back", actor(entry)),
  calling: (entry) => say(CALL_REASONS[entry.detail.reason] ?? "web.timeline.calling", person(entry)),
  other_way: (entry) => say("web.timeline.other_way", { ...person(entry), way: entry.detail.way }),
  silent: ({ detail }) => say("web.timeline.silent", { minutes: detail.minutes }),
  heard_again: () => say("web.timeline.heard_again"),
  next_ring: ({ detail }) => say("web.timeline.next_ring", { ring: detail.ring }),
  duty_paged: ({ detail }) => say(DUTY_REASONS[detail.reason] ?? "web.timeline.duty_paged"),
  office_only: () => say("web.timeline.office_only"),
  stopped: ({ detail }) =>
    say(detail.code === "duress" ? "web.timeline.duress"
      : detail.before_release ? "web.timeline.cancelled" : "web.timeline.stopped"),
  taken: (entry) => say("web.timeline.taken", actor(entry)),
  assigned: (entry) => say("web.timeline.assigned", { ...actor(entry), to: entry.detail.to }),
  note: (entry) => say("web.timeline.note", actor(entry)),
  closed: (entry) => say("web.timeline.closed", { ...actor(entry), outcome: outcomeWord(entry.detail.outcome) }),
  reopened: (entry) => say("web.timeline.reopened", actor(entry)),
  link_revoked: (entry) => say("web.timeline.link_revoked", person(entry)),
  page_opened: (entry) => say("web.timeline.page_opened", person(entry)),
  pin_locked: (entry) => say("web.timeline.pin_locked", person(entry)),
};

const MARKS = {
  raised: "alarm", pressed_again: "alarm", all_declined: "alarm", office_only: "alarm", duty_paged: "alarm", silent: "alarm", lead_silent: "alarm",
  refused: "alarm", undelivered: "alarm", pin_locked: "alarm",
  stopped: "waiting", unknown: "waiting", released: "waiting", calling: "waiting", other_way: "waiting", next_ring: "waiting", reopened: "waiting",
  lead_asked: "waiting", given_back: "waiting",
  taken: "taken", assigned: "taken", note: "taken",
  delivered: "safe", answered: "safe", duty_heard: "safe", closed: "safe", page_opened: "safe", heard_again: "safe",
};

const mark = ({ kind, detail }) =>
  detail.code === "duress" || (kind === "answered" && detail.answer === "cannot") ? "alarm" : MARKS[kind] ?? "mute";

/** Runs of positions become one entry: the latest of them and how many there were. */
export function gathered(timeline) {
  const out = [];
  for (const entry of [...timeline].sort((one, other) => other.seq - one.seq)) {
    const last = out.at(-1);
    if (entry.kind === "position" && last?.kind === "position") last.count += 1;
    else out.push({ ...entry, detail: entry.detail ?? {}, count: 1 });
  }
  return out;
}

export const timeline = (entries, now) =>
  h("ol", { class: "timeline" }, gathered(entries).map((entry) => line(entry, now)));

function line(entry, now) {
  const late = Date.parse(entry.recorded_at) - Date.parse(entry.at) > LATE;
  return h("li", { class: `mark-${mark(entry)}`, "data-seq": entry.seq },
    h("time", { datetime: entry.at, title: full(entry.at) }, clock(entry.at, now, { seconds: true })),
    h("div", {},
      h("p", {}, (SENTENCES[entry.kind] ?? (() => entry.kind))(entry)),
      more(entry),
      late && h("p", { class: "late" },
        say("web.timeline.recorded", { time: clock(entry.recorded_at, now, { seconds: true }) })),
    ));
}

function more({ kind, detail }) {
  if (kind === "raised" || kind === "pressed_again") {
    return h("p", { class: "late" }, [
      place(detail.position),
      typeof detail.battery === "number" ? say("web.place.battery", { percent: percent(detail.battery) }) : null,
      detail.left_out?.length ? say("web.timeline.left_out") : null,
    ].filter(Boolean).join(" · "));
  }
  const text = kind === "note" ? detail.text : detail.reason;
  return text ? h("p", { class: "said", dir: "auto" }, text) : null;
}
