// What can be done with an incident: when, by which key, in which words; for buttons and keys alike.

import { isCancelled, isOver, isPressedAgain } from "./incidents.js";
import { say } from "./words.js";

const isOpen = (incident) => !isOver(incident) && !isCancelled(incident);
const needsTaking = (incident) =>
  isOpen(incident) && (incident.unanswered || isPressedAgain(incident));

/** Contacts hear nothing of a countdown, and nothing after the end. */
const hasContacts = (incident) =>
  ["open", "acknowledged", "claimed_safe"].includes(incident.state) && incident.contacts > 0;
const isMine = (incident, me) => incident.proposal?.by.id === me;
const isColleagues = (incident, me) => Boolean(incident.proposal) && !isMine(incident, me);

/** Where it takes two, the first one's word is a proposal, and the button says so. */
const byTwo = (one, two) => (incident) => (incident.two_person_close ? two : one);

/**
 * In the order of their buttons. `place` is where the button stands: the row under the name, the
 * section of the contacts, or none where a dialog holds it. `whole`: it needs more than a summary.
 */
export const STEPS = [
  { name: "take", key: "t", word: "web.action.take", look: "urgent", place: "row", when: needsTaking },
  { name: "release", word: "web.action.release", look: "urgent", place: "row",
    when: (incident) => incident.duress && incident.state === "pending" },
  { name: "decide", key: "c", word: "web.action.decide", look: "waiting", place: "row", whole: true,
    when: (incident, me) => !isOver(incident) && isColleagues(incident, me) },
  { name: "withdraw", key: "u", word: "web.action.withdraw", place: "row",
    when: (incident, me) => !isOver(incident) && isMine(incident, me) },
  { name: "safe", key: "y", word: byTwo("web.action.safe", "web.action.propose_safe"), look: "safe", place: "row",
    when: (incident, me) => isOpen(incident) && !incident.unanswered && !isColleagues(incident, me) },
  { name: "note", key: "n", word: "web.action.note", place: "row", when: () => true },
  { name: "assign", key: "h", word: "web.action.assign", place: "row", when: isOpen },
  { name: "office", key: "g", word: "web.action.office", place: "row",
    when: (incident) => isOpen(incident) && incident.readable },
  { name: "close", key: "c", word: byTwo("web.action.close", "web.action.propose_close"), place: "row",
    when: (incident, me) => !isOver(incident) && !isColleagues(incident, me) },
  { name: "casework", key: "o", word: "web.action.casework",
    when: (incident, me) => !isOver(incident) && !isColleagues(incident, me) },
  { name: "reopen", key: "r", word: "web.action.reopen", place: "row", when: isOver },
  { name: "text", key: "x", word: "web.action.text", place: "contacts", whole: true, when: hasContacts },
  { name: "welfare", key: "v", word: "web.action.welfare", place: "contacts", whole: true, when: hasContacts },
  { name: "phone", key: "d", word: "web.action.phone", place: "contacts", whole: true,
    when: (incident) => incident.contacts > 0 },
  { name: "plan", key: "p", word: "web.action.plan", place: "plan", whole: true, when: () => true },
];

export const KEYS = [...new Set(STEPS.map(({ key }) => key).filter(Boolean))];

/** The steps whose buttons stand at a place. */
export const stepsAt = (place, incident, me) =>
  STEPS.filter((step) => step.place === place && step.when(incident, me));

/** The step of a key, or undefined where it does nothing now. */
export const stepOf = (key, incident, me) =>
  STEPS.find((step) =>
    step.key === key && step.when(incident, me) && (!step.whole || Boolean(incident.timeline)));

export const wordOf = ({ word }, incident) => say(typeof word === "function" ? word(incident) : word);
