// The contacts: what each said, every text and call to them, why one failed and what to do then.

import { deliveryWord, isFailed, mend, reason } from "./carrier.js";
import { h } from "./element.js";
import { textWord } from "./timeline.js";
import { isUnfolded, keep } from "./where.js";
import { clock, full, say } from "./words.js";

/** A language in its own words, as the choice of languages has it. */
const languageName = (code) => document.querySelector(`.language option[value="${code}"]`)?.textContent ?? code;

export const nameOf = (contact) => contact.name ?? contact.label;

/** `actions` holds text, phone, revoke: (incident, contact) => void; `can` says which of them. */
export function people(incident, time, actions, can) {
  if (!incident.people.length) return null;
  return h("ol", { class: "people" }, incident.people.map((contact) => one(incident, contact, time, actions, can)));
}

function one(incident, contact, time, actions, can) {
  const failed = isFailed(contact.delivery);
  return h("li", {},
    h("div", { class: "who" },
      h("bdi", { class: "name" }, nameOf(contact)), " ",
      contact.phone && h("bdi", { dir: "ltr", class: "phone" }, contact.phone)),
    h("div", { class: "answer" }, answer(contact, time)),
    h("p", { class: "late" }, [
      say("web.people.ring", { ring: contact.ring }),
      contact.language && languageName(contact.language),
      contact.delivery ? deliveryWord(contact.delivery) : say("web.people.not_told"),
      contact.opened_at && say("web.people.page_opened", { time: clock(contact.opened_at, time) }),
    ].filter(Boolean).join(" · ")),
    contact.opted_out && h("p", { class: "why" }, say("web.people.opted_out")),
    failed && h("p", { class: "why" }, reason(contact.error), " ", h("strong", {}, mend(contact.error))),
    sent(contact, time),
    h("div", { class: "contact-actions" },
      button("text", "web.action.text_one", can.text && !contact.opted_out, () => actions.text(incident, contact)),
      button("phone", "web.action.phone_one", can.phone && contact.phone, () => actions.phone(incident, contact)),
      button("revoke", "web.action.revoke", contact.linked, () => actions.revoke(incident, contact))));

  function button(name, word, possible, run) {
    return possible && h("button", { type: "button", "data-focus": `${name}-${contact.place}`,
      "aria-label": `${say(word)}: ${nameOf(contact)}`, onclick: run }, say(word));
  }
}

function answer(contact, time) {
  if (contact.answer === null) {
    return isFailed(contact.delivery)
      ? h("span", { class: "pill mark-alarm" }, say("web.people.unreached"))
      : h("span", { class: "pill mark-mute" }, say("web.people.no_answer"));
  }
  const [role, word] = contact.answer === "acting" ? ["safe", "web.people.acting"] : ["alarm", "web.people.cannot"];
  return h("span", { class: `pill mark-${role}` }, say(word), " ",
    contact.answered_at && h("time", { datetime: contact.answered_at, title: full(contact.answered_at) }, clock(contact.answered_at, time)));
}

/** Texts and calls in the order in which they were asked for, newest first. */
function sent(contact, time) {
  const all = [...contact.texts, ...contact.calls].sort((one, other) => other.at.localeCompare(one.at));
  if (all.length < 2) return null;
  const name = `sent-${contact.place}`;
  return h("details", { class: "sent", open: isUnfolded(name), ontoggle: keep(name) },
    h("summary", { "data-focus": name }, say("web.people.sent", { texts: contact.texts.length, calls: contact.calls.length })),
    h("ol", {}, all.map((text) => h("li", {},
      h("time", { datetime: text.at, title: full(text.at) }, clock(text.at, time)),
      h("span", {},
        `${textWord(text.text)}: ${deliveryWord(text.state, text.text)}`,
        isFailed(text.state) && h("span", { class: "why" }, " ", reason(text.error)),
        text.attempts > 1 && h("span", { class: "late" }, " ", say("web.people.tries", { count: text.attempts })))))));
}
