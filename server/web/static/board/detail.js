// The open incident, as a panel or as the whole page: what to do, where, who has answered, what
// happened.

import { everySecond, now } from "./clock.js";
import { byId, h, svg, swap } from "./element.js";
import { exportLink } from "./export.js";
import { howWord } from "./how.js";
import { isOver, isUntaken } from "./incidents.js";
import { answers } from "./list.js";
import { glyph, isSilent, outcomeWord, stateWords } from "./look.js";
import { people } from "./people.js";
import { Plan } from "./plan.js";
import { whenFree } from "./pointer.js";
import { lookers } from "./presence.js";
import { stepOf, stepsAt, wordOf } from "./steps.js";
import { timeline } from "./timeline.js";
import { phoneState, where } from "./where.js";
import { clock, full, say, timer } from "./words.js";

const WIDEN = "M3 8V3h5M12 17h5v-5M3 3l6 6M17 17l-6-6";
const REDRAWN = 10_000; // ms between two looks at ages

export class Detail {
  /** `me`: who is signed in. `actions` holds a function (incident) for each step, and for leaving
   * and widening the page; those of one contact also get the contact. */
  constructor(me, actions) {
    this.me = me;
    this.plan = new Plan(() => this.draw());
    this.actions = { plan: (incident) => this.plan.toggle(incident), ...actions };
    this.paint = () => this.incident && this.repaint();
    this.incident = null;
    this.drawnAt = 0;
    everySecond((time) => this.tick(time));
  }

  show(incident) {
    const same = this.incident?.id === incident.id;
    if (!same) this.plan.forget();
    this.incident = incident;
    this.draw();
    byId("incident").hidden = false;
    if (!same) byId("incident").scrollTop = 0;
  }

  hide() {
    this.plan.forget();
    this.incident = null;
    byId("incident").hidden = true;
    swap(byId("incident"));
  }

  /** Does what a letter stands for, where that can be done now; whether it did. */
  press(key, incident) {
    const step = stepOf(key, incident, this.me);
    if (step) this.actions[step.name](incident);
    return Boolean(step);
  }

  draw() {
    whenFree(this.paint);
  }

  repaint() {
    const time = now();
    this.drawnAt = time;
    const { incident } = this;
    const can = new Set(stepsAt("contacts", incident, this.me).map(({ name }) => name));
    swap(byId("incident"),
      this.head(incident, time),
      this.buttons("row", incident), proposal(incident, time), warnings(incident, time),
      h("div", { class: "columns" },
        h("div", { class: "column" },
          section("web.incident.where", where(incident, time)),
          section("web.incident.phone", phoneState(incident, time)),
          incident.note && section("web.incident.said", h("p", { class: "said", dir: "auto" }, incident.note)),
          section("web.incident.plan", this.buttons("plan", incident), this.plan.draw(incident, time)),
          section("web.incident.people", h("p", { class: "sum" }, answers(incident)), this.buttons("contacts", incident),
            people(incident, time, this.actions, { text: can.has("text"), phone: can.has("phone") }))),
        h("div", { class: "column" },
          section("web.incident.timeline", exportLink(incident), timeline(incident.timeline, time, incident.people)))),
    );
  }

  tick(time) {
    if (!this.incident) return;
    const counter = byId("incident").querySelector("[data-since]");
    if (counter) counter.textContent = timer(time - Number(counter.dataset.since));
    const chosen = window.getSelection();
    const reading = !chosen.isCollapsed && byId("incident").contains(chosen.anchorNode);
    if (time - this.drawnAt > REDRAWN && !reading) this.draw();
  }

  head(incident, time) {
    const since = Date.parse(incident.opened_at);
    const wide = "wide" in document.documentElement.dataset;
    return h("header", { class: "incident-head" },
      glyph(incident, time, 56),
      h("h2", { tabindex: "-1", "data-focus": "heading" },
        h("bdi", {}, incident.activist ?? say("web.incident.unreadable")), " ",
        h("bdi", { class: "code", dir: "ltr" }, incident.code)),
      h("div", {},
        h("p", { class: "state" },
          incident.kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill")),
          incident.duress && h("strong", { class: "word duress" }, say("web.word.duress")),
          h("span", {}, stateWords(incident, time)),
          incident.casework && h("strong", {}, say("web.state.casework"))),
        h("p", { class: "late" },
          h("bdi", {}, incident.office_name), " · ",
          h("time", { datetime: incident.opened_at, title: full(incident.opened_at) },
            say("web.incident.opened", { time: clock(incident.opened_at, time, { seconds: true }) })),
          incident.lead?.name && ` · ${say("web.incident.lead", incident.lead)}`,
          incident.event && [" · ", h("a", { href: `/events#${incident.event.id}`, "data-focus": "event" },
            incident.event.name ? say("web.event.name", incident.event) : say("web.event.mark"))]),
        lookers(incident.id)),
      isOver(incident) ? null
        : h("span", { class: `timer${isUntaken(incident) ? " is-untaken" : ""}`, role: "timer", "data-since": since },
          timer(time - since)),
      h("div", { class: "frame-buttons" },
        h("button", { type: "button", class: "widen", "aria-pressed": String(wide), "data-focus": "widen",
          "aria-label": say("web.action.widen"), title: say("web.action.widen"), onclick: this.actions.widen },
        svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: WIDEN })), h("kbd", { "aria-hidden": "true" }, "W")),
        h("button", { type: "button", class: "leave", "aria-label": say("web.action.leave"),
          title: say("web.action.leave"), "data-focus": "leave", onclick: this.actions.leave }, "×")));
  }

  buttons(place, incident) {
    const steps = stepsAt(place, incident, this.me);
    if (!steps.length) return null;
    return h("div", { class: place === "row" ? "actions" : "section-actions" }, steps.map((step) =>
      h("button", { type: "button", class: step.look ?? "", "data-focus": step.name,
        "aria-pressed": step.name === "plan" && String(this.plan.shows(incident)),
        onclick: () => this.actions[step.name](incident) },
      wordOf(step, incident), step.key && h("kbd", { "aria-hidden": "true" }, step.key.toUpperCase()))));
  }
}

const section = (title, ...content) => h("section", {}, h("h3", {}, say(title)), ...content);

/** An end that waits for a second person: who proposed which, and how they know. */
function proposal({ proposal: proposed, timeline: entries }, time) {
  if (!proposed) return null;
  const { detail } = entries.find(({ seq }) => seq === proposed.seq) ?? { detail: {} };
  return h("div", { class: "proposal mark-waiting" },
    h("p", {}, h("strong", {}, say("web.proposal.title", {
      name: proposed.by.name ?? say("web.timeline.somebody"), outcome: outcomeWord(proposed.outcome), time: clock(proposed.at, time),
    }))),
    h("p", { class: "late" }, [
      proposed.how && howWord(proposed.how),
      proposed.casework && say("web.state.casework"),
      say("web.proposal.about"),
    ].filter(Boolean).join(" · ")),
    detail.reason && h("p", { class: "said", dir: "auto" }, detail.reason));
}

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
    incident.unsure && ["waiting", say("web.warning.unsure")],
    incident.second_office && ["mute", say("web.warning.second_office", incident.second_office)],
    !incident.readable && ["waiting", say("web.board.unreadable")],
  ].filter(Boolean);
  return lines.length ? h("ul", { class: "warnings" }, lines.map(([role, text]) => h("li", { class: `mark-${role}` }, text))) : null;
}
