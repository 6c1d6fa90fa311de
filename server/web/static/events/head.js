// The list of events, and the head of the one that is open.

import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { clock, coordinates, say } from "../board/words.js";
import { alerts, title, untaken } from "./words.js";

const drill = ({ kind }) => kind === "drill" && h("strong", { class: "word drill" }, say("web.word.drill"));

export function showList(events, openId) {
  swap(byId("list"),
    events.map((event) => h("li", {},
      h("a", {
        href: `#${event.id}`, "data-focus": event.id, "aria-current": event.id === openId && "true",
      }, drill(event), " ", h("bdi", {}, title(event, now()))),
      event.open
        ? h("span", {}, alerts(event.count))
        : h("span", {}, `${alerts(event.count)} · ${say("events.count.over")}`),
      event.untaken > 0 && h("span", { class: "untaken-count" }, untaken(event.untaken)),
      h("time", { datetime: event.first_at }, clock(event.first_at, now())))),
    events.length === 0 && h("li", { class: "nothing" }, say("events.page.none")));
}

export function showHead(event) {
  byId("event").hidden = false;
  swap(byId("event-name"), drill(event), h("bdi", {}, title(event, now())));
  swap(byId("event-about"), about(event).flatMap((part, place) => (place ? [" · ", part] : [part])));
  swap(byId("numbers"), [
    number("events.number.count", event.count),
    number("events.number.untaken", event.untaken, event.untaken > 0 && "is-untaken"),
    number("events.number.taken", event.taken),
    number("events.number.closed", event.closed),
    event.mine < event.count && number("events.number.mine", event.mine),
  ]);
  byId("offices").textContent = event.offices.length < 2 ? "" : event.offices
    .map(({ name, count }) => say("events.page.office", { office: name ?? "", count })).join(" · ");
}

const number = (key, count, mark) =>
  h("div", { class: mark }, h("dt", {}, say(key)), h("dd", {}, String(count)));

function about(event) {
  const span = event.first_at === event.last_at
    ? clock(event.first_at, now())
    : say("events.page.span", { first: clock(event.first_at, now()), last: clock(event.last_at, now()) });
  return [
    span,
    event.position && h("bdi", { dir: "ltr" }, coordinates(event.position)),
    say(event.by_hand ? "events.page.by_hand" : "events.page.by_rule"),
    !event.open && say("events.count.over"),
  ].filter(Boolean);
}
