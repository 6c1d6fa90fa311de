// The open incident: what to do, where, who has answered, what happened.

import { deliveryWord, reason } from "./carrier.js";
import { everySecond, now } from "./clock.js";
import { byId, h, swap } from "./element.js";
import { isCancelled, isOver, isPressedAgain, isUntaken } from "./incidents.js";
import { answers } from "./list.js";
import { glyph, isSilent, stateWords } from "./look.js";
import { whenFree } from "./pointer.js";
import { SOURCES, timeline } from "./timeline.js";
import { age, clock, coordinates, distance, full, percent, say, timer } from "./words.js";

const STALE = 5 * 60 * 1000; // ms; an older fix is "last known", whatever its source says

/** A language in its own words, as the choice of languages has it. */
const languageName = (code) => document.querySelector(`.language option[value="${code}"]`)?.textContent ?? code;

export class Detail {
  /** `actions` holds take, note, assign, close, safe, reopen, release, leave: (incident) => void. */
  constructor(actions) {
    this.actions = actions;
    this.paint = () => this.incident && this.repaint();
    this.incident = null;
    this.drawnAt = 0;
    everySecond((time) => this.tick(time));
  }

  show(incident) {
    const same = this.incident?.id === incident.id;
    this.incident = incident;
    this.draw();
    byId("incident").hidden = false;
    if (!same) byId("incident").scrollTop = 0;
  }

  hide() {
    this.incident = null;
    byId("incident").hidden = true;
    swap(byId("incident"));
  }

  draw() {
    whenFree(this.paint);
  }

  repaint() {
    const time = now();
    this.drawnAt = time;
    const { incident } = this;
    swap(byId("incident"),
      this.head(incident, time), this.buttons(incident), warnings(incident, time),
      section("web.incident.where", where(incident, time)),
      incident.note && section("web.incident.said", h("p", { class: "said", dir: "auto" }, incident.note)),
      section("web.incident.people", h("p", { class: "sum" }, answers(incident)), people(incident, time, this.actions)),
      section("web.incident.timeline", timeline(incident.timeline, time)),
    );
  }

  tick(time) {
    if (!this.incident) return;
    const counter = byId("incident").querySelector("[data-since]");
    if (counter) counter.textContent = timer(time - Number(counter.dataset.since));
    const chosen = window.getSelection();
    const reading = !chosen.isCollapsed && byId("incident").contains(chosen.anchorNode);
    if (time - this.drawnAt > 10_000 && !reading) this.draw();
  }

  head(incident, time) {
    const since = Date.parse(incident.opened_at);
    return h("header", { class: "incident-head" },
      glyph(incident, time, 56),
      h("h2", { tabindex: "-1", "data-focus": "heading" },
        h("bdi", {}, incident.activist ?? say("web.incident.unreadable")), " ",
        h("bdi", { class: "code", dir: "ltr" }, incident.code)),
      h("div", {},
        h("p", { class: "state" },
          incident.kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill")),
          incident.duress && h("strong", { class: "word duress" }, say("web.word.duress")),
          h("span", {}, stateWords(incident, time))),
        h("p", { class: "late" },
          h("bdi", {}, incident.office_name), " · ",
          h("time", { datetime: incident.opened_at, title: full(incident.opened_at) },
            say("web.incident.opened", { time: clock(incident.opened_at, time, { seconds: true }) })),
          incident.lead?.name && ` · ${say("web.incident.lead", incident.lead)}`)),
      isOver(incident) ? null
        : h("span", { class: `timer${isUntaken(incident) ? " is-untaken" : ""}`, role: "timer", "data-since": since },
          timer(time - since)),
      h("button", { type: "button", class: "leave", "aria-label": say("web.action.leave"),
        title: say("web.action.leave"), "data-focus": "leave", onclick: this.actions.leave }, "×"));
  }

  buttons(incident) {
    const button = (name, text, letter, kind = "") =>
      h("button", { type: "button", class: kind, "data-focus": name, onclick: () => this.actions[name](incident) },
        say(text), letter && h("kbd", { "aria-hidden": "true" }, letter));
    if (isOver(incident)) {
      return h("div", { class: "actions" },
        button("note", "web.action.note", "N"),
        incident.state === "closed" && button("reopen", "web.action.reopen"));
    }
    if (isCancelled(incident)) {
      return h("div", { class: "actions" },
        button("note", "web.action.note", "N"), button("close", "web.action.close", "C"));
    }
    return h("div", { class: "actions" },
      (incident.unanswered || isPressedAgain(incident)) && button("take", "web.action.take", "T", "urgent"),
      incident.duress && incident.state === "pending" && button("release", "web.action.release", null, "urgent"),
      !incident.unanswered && button("safe", "web.action.safe", null, "safe"),
      button("note", "web.action.note", "N"),
      button("assign", "web.action.assign", "H"),
      button("close", "web.action.close", "C"));
  }
}

const section = (title, ...content) => h("section", {}, h("h3", {}, say(title)), ...content);

/** What must not be overlooked, in words. */
function warnings(incident, time) {
  const lines = [
    incident.duress && ["alarm", say("web.warning.duress")],
    incident.state === "claimed_safe" && !incident.duress && ["waiting", say("web.warning.claimed_safe")],
    incident.pressed_again_at && ["alarm", say("web.state.pressed_again", { time: clock(incident.pressed_again_at, time) })],
    incident.all_declined && ["alarm", say("web.contacts.all_declined")],
    incident.contacts === 0 && !isOver(incident) && ["alarm", say("web.warning.office_only")],
    isSilent(incident, time) && ["waiting", say("web.warning.silent", { time: clock(incident.last_heard_at, time) })],
    incident.previous_id && ["mute", say("web.warning.previous")],
    !incident.readable && ["waiting", say("web.board.unreadable")],
  ].filter(Boolean);
  return lines.length ? h("ul", { class: "warnings" }, lines.map(([role, text]) => h("li", { class: `mark-${role}` }, text))) : null;
}

function where(incident, time) {
  const { position } = incident;
  if (!position) return [h("p", {}, say("web.place.none")), vitals(incident, time)];
  const old = position.source === "last_known" || time - Date.parse(position.at) > STALE;
  const place = coordinates(position);
  return [
    h("p", { class: "place" },
      h("bdi", { dir: "ltr", class: "coordinates" }, place),
      h("button", { type: "button", class: "copy", "data-focus": "copy", onclick: (event) => copy(event.currentTarget, position) },
        say("web.action.copy"))),
    h("p", { class: old ? "old" : "" }, [
      position.accuracy_m === null ? say("web.place.unsure") : say("web.place.within", { distance: distance(position.accuracy_m) }),
      say(SOURCES[position.source]),
      say(old ? "web.place.last_known" : "web.place.ago",
        { age: age(time - Date.parse(position.at)), time: clock(position.at, time) }),
    ].join(" · ")),
    vitals(incident, time),
  ];
}

const vitals = (incident, time) =>
  h("p", {}, [
    incident.battery === null ? say("web.place.battery_unknown") : say("web.place.battery", { percent: percent(incident.battery) }),
    incident.last_heard_at && say("web.place.heard", { age: age(time - Date.parse(incident.last_heard_at)) }),
  ].filter(Boolean).join(" · "));

async function copy(button, { lat, lon }) {
  await navigator.clipboard.writeText(`${lat.toFixed(5)}, ${lon.toFixed(5)}`);
  button.textContent = say("web.action.copied");
}

function people(incident, time, actions) {
  if (!incident.people.length) return null;
  return h("ol", { class: "people" }, incident.people.map((contact) =>
    h("li", {},
      h("div", {},
        h("bdi", { class: "name" }, contact.name ?? contact.label), " ",
        contact.phone && h("bdi", { dir: "ltr", class: "phone" }, contact.phone)),
      h("div", { class: "answer" }, answer(contact, time)),
      h("p", { class: "late" }, [
        say("web.people.ring", { ring: contact.ring }),
        contact.language && languageName(contact.language),
        deliveryWord(contact.delivery),
      ].filter(Boolean).join(" · ")),
      contact.error !== null && h("p", { class: "why" }, reason(contact.error)),
      contact.linked && h("button", { type: "button", class: "end-link", "data-focus": `revoke-${contact.place}`,
        onclick: () => actions.revoke(incident, contact) }, say("web.action.revoke")))));
}

function answer(contact, time) {
  if (contact.answer === null) {
    return ["failed", "undelivered"].includes(contact.delivery)
      ? h("span", { class: "pill mark-alarm" }, say("web.people.unreached"))
      : h("span", { class: "pill mark-mute" }, say("web.people.no_answer"));
  }
  const [role, word] = contact.answer === "acting" ? ["safe", "web.people.acting"] : ["alarm", "web.people.cannot"];
  return h("span", { class: `pill mark-${role}` }, say(word), " ",
    contact.answered_at && h("time", { datetime: contact.answered_at, title: full(contact.answered_at) }, clock(contact.answered_at, time)));
}
