// Every step of an incident, newest first, in sentences.

import { reason } from "./carrier.js";
import { h } from "./element.js";
import { howWord } from "./how.js";
import { outcomeWord } from "./look.js";
import { clock, coordinates, distance, full, percent, say } from "./words.js";

// Kinds whose `text` is words that somebody wrote; in the others it is a kind of text.
const SAID = new Set(["note", "wrote", "office_texted", "welfare_asked", "phoned"]);
// Kinds whose `reason` is a code of ours, which their sentence says in words.
const CODED = new Set(["calling", "duty_paged"]);
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
  place: "web.text.place",
  thanks: "web.text.thanks",
  leads: "web.text.leads",
  office: "web.text.office",
  welfare: "web.text.welfare",
  closed: "web.text.closed",
  call: "web.text.call",
};
export const textWord = (kind) => say(TEXTS[kind] ?? "web.text.other");
const CALL_REASONS = {
  office: "web.timeline.calling_office",
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

const CALLS = new Set(["call", "duty_call"]);
const DUTY = new Set(["duty", "duty_call"]);
/** Whom an entry is about: the duty phone, a contact by name, or without the key by its place. */
const whom = ({ detail }) =>
  DUTY.has(detail.text) ? say("web.timeline.duty_phone") : detail.name ?? detail.contact;
const person = (entry) => ({ name: whom(entry) ?? say("web.timeline.somebody") });
/** The sentence about a text, or in its place the one about a call. */
const byPhone = (call, text) => (entry) =>
  CALLS.has(entry.detail.text) ? say(call, person(entry)) : text(entry);
/** The names of those whom a text by hand went to; without the right to read them, their places. */
const contacts = ({ detail }, people) => detail.contacts
  .map((label) => people.find((contact) => contact.label === label)?.name ?? label).join(", ");
export const RESULTS = {
  reached: "web.result.reached",
  no_answer: "web.result.no_answer",
  busy: "web.result.busy",
  voicemail: "web.result.voicemail",
  wrong_number: "web.result.wrong_number",
};
const resultWord = (result) => say(RESULTS[result]);
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
    say("web.timeline.sent", { ...person(entry), text: textWord(entry.detail.text) })),
  delivered: byPhone("web.timeline.picked_up", (entry) => say("web.timeline.delivered", person(entry))),
  refused: byPhone("web.timeline.not_picked_up", (entry) =>
    say("web.timeline.refused", { ...person(entry), reason: reason(entry.detail.code) })),
  undelivered: byPhone("web.timeline.not_picked_up", (entry) =>
    say("web.timeline.undelivered", { ...person(entry), reason: reason(entry.detail.code) })),
  duty_heard: () => say("web.timeline.duty_heard"),
  unknown: (entry) => say("web.timeline.unknown", person(entry)),
  answered: (entry) =>
    say(entry.detail.answer === "acting" ? "web.timeline.acting" : "web.timeline.cannot", person(entry)),
  all_declined: () => say("web.timeline.all_declined"),
  lead_asked: (entry) => say("web.timeline.lead_asked", person(entry)),
  lead_silent: (entry) =>
    say("web.timeline.lead_silent", { name: whom(entry) ?? say("web.timeline.the_office") }),
  given_back: (entry) => say("web.timeline.given_back", actor(entry)),
  calling: (entry) =>
    say(CALL_REASONS[entry.detail.reason] ?? "web.timeline.calling", { ...person(entry), officer: actor(entry).name }),
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
  office_changed: (entry) => say("web.timeline.office_changed", { ...actor(entry), ...entry.detail }),
  office_left: (entry) => say("web.timeline.office_left", entry.detail),
  note: (entry) => say("web.timeline.note", actor(entry)),
  gathered: () => say("web.timeline.gathered"),
  joined: (entry) => say("web.timeline.joined", actor(entry)),
  split: (entry) => say("web.timeline.split", actor(entry)),
  event_brief: (entry) => say("web.timeline.event_brief", actor(entry)),
  closed: (entry) =>
    say(entry.detail.proposed_by ? "web.timeline.closed_by_two" : "web.timeline.closed",
      { ...actor(entry), outcome: outcomeWord(entry.detail.outcome), first: entry.detail.proposed_by }),
  close_proposed: (entry) =>
    say("web.timeline.close_proposed", { ...actor(entry), outcome: outcomeWord(entry.detail.outcome) }),
  close_refused: (entry) => say("web.timeline.close_refused", actor(entry)),
  close_withdrawn: (entry) => say("web.timeline.close_withdrawn", actor(entry)),
  office_texted: (entry, people) =>
    say("web.timeline.office_texted", { ...actor(entry), contacts: contacts(entry, people) }),
  welfare_asked: (entry, people) =>
    say("web.timeline.welfare_asked", { ...actor(entry), contacts: contacts(entry, people) }),
  phoned: (entry) =>
    say("web.timeline.phoned", { ...person(entry), officer: actor(entry).name, result: resultWord(entry.detail.result) }),
  wrote: (entry) => say("web.timeline.wrote", person(entry)),
  opted_out: (entry) => say("web.timeline.opted_out", person(entry)),
  opted_in: (entry) => say("web.timeline.opted_in", person(entry)),
  release_asked: (entry) => say("web.timeline.release_asked", actor(entry)),
  contacts_let_go: () => say("web.timeline.contacts_let_go"),
  reopened: (entry) => say("web.timeline.reopened", actor(entry)),
  drill_called: (entry) => say("web.timeline.drill_called", actor(entry)),
  link_revoked: (entry) => say("web.timeline.link_revoked", person(entry)),
  page_opened: (entry) => say("web.timeline.page_opened", person(entry)),
  pin_locked: (entry) => say("web.timeline.pin_locked", person(entry)),
};

const MARKS = {
  raised: "alarm", pressed_again: "alarm", all_declined: "alarm", office_only: "alarm", duty_paged: "alarm", silent: "alarm", lead_silent: "alarm",
  refused: "alarm", undelivered: "alarm", pin_locked: "alarm",
  stopped: "waiting", unknown: "waiting", released: "waiting", calling: "waiting", other_way: "waiting", next_ring: "waiting", reopened: "waiting",
  lead_asked: "waiting", given_back: "waiting",
  close_proposed: "waiting", close_refused: "alarm", close_withdrawn: "waiting", welfare_asked: "waiting", opted_out: "alarm",
  contacts_let_go: "waiting", release_asked: "taken", office_texted: "taken", phoned: "taken", wrote: "safe",
  taken: "taken", assigned: "taken", office_changed: "taken", note: "taken", event_brief: "taken",
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

/** `people`: the incident's contacts, whose names some entries leave to it. */
export const timeline = (entries, now, people = []) => [
  h("p", { class: "timeline-head late", "aria-hidden": "true" },
    h("span", {}, say("web.timeline.happened")), h("span", {}), h("span", {}, say("web.timeline.stored"))),
  h("ol", { class: "timeline" }, gathered(entries).map((entry) => line(entry, now, people))),
];

/** When it happened, and apart from that when the server had it. */
function line(entry, now, people) {
  const late = Date.parse(entry.recorded_at) - Date.parse(entry.at) > LATE;
  const stored = clock(entry.recorded_at, now, { seconds: true });
  return h("li", { class: `mark-${mark(entry)}`, "data-seq": entry.seq },
    h("time", { datetime: entry.at, title: full(entry.at) }, clock(entry.at, now, { seconds: true })),
    h("div", {},
      h("p", {}, (SENTENCES[entry.kind] ?? (() => entry.kind))(entry, people)),
      more(entry),
      late && h("p", { class: "late recorded" }, say("web.timeline.recorded", { time: stored })),
    ),
    h("time", { class: "stored", datetime: entry.recorded_at, title: full(entry.recorded_at) }, stored));
}

function more({ kind, detail }) {
  if (kind === "raised" || kind === "pressed_again") {
    return h("p", { class: "late" }, [
      place(detail.position),
      typeof detail.battery === "number" ? say("web.place.battery", { percent: percent(detail.battery) }) : null,
      detail.left_out?.length ? say("web.timeline.left_out") : null,
    ].filter(Boolean).join(" · "));
  }
  const text = SAID.has(kind) ? detail.text : CODED.has(kind) ? null : detail.reason;
  const facts = [
    detail.how && howWord(detail.how),
    detail.casework && say("web.state.casework"),
    detail.reference && say("web.timeline.reference", { reference: detail.reference }),
  ].filter(Boolean);
  return [
    facts.length > 0 && h("p", { class: "late" }, facts.join(" · ")),
    text && h("p", { class: "said", dir: "auto" }, text),
  ];
}
