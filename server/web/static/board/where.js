// Where: the newest place in words and figures, the way there, and what the phone says of itself.

import { h } from "./element.js";
import { isSilent } from "./look.js";
import { SOURCES } from "./timeline.js";
import { age, clock, coordinates, distance, full, percent, say } from "./words.js";

const STALE = 5 * 60 * 1000; // ms; an older fix is "last known", whatever its source says
const SHOWN = 20; // fixes of a track; all of them are on the map
const LATELY = 24 * 3600 * 1000; // ms that what a phone said of itself is worth showing as it stands
const OBSTACLES = {
  location: "web.phone.location",
  background_location: "web.phone.background_location",
  notifications: "web.phone.notifications",
  battery_saver: "web.phone.battery_saver",
  updated: "web.phone.updated",
};

export function where(incident, time) {
  const { position } = incident;
  if (!position) return [h("p", {}, say("web.place.none"))];
  const old = position.source === "last_known" || time - Date.parse(position.at) > STALE;
  return [
    incident.place && h("p", { class: "place-name" }, near(incident.place)),
    h("p", { class: "place" },
      h("bdi", { dir: "ltr", class: "coordinates" }, coordinates(position)),
      copyButton("copy", `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`)),
    incident.plus_code && h("p", { class: "place" },
      h("span", {}, say("web.place.plus_code"), " ", h("bdi", { dir: "ltr" }, incident.plus_code)),
      copyButton("copy-plus", incident.plus_code)),
    h("p", { class: old ? "old" : "" }, [
      sureness(position),
      say(SOURCES[position.source]),
      say(old ? "web.place.last_known" : "web.place.ago",
        { age: age(time - Date.parse(position.at)), time: clock(position.at, time) }),
    ].join(" · ")),
    track(incident, time),
  ];
}

const sureness = ({ accuracy_m }) =>
  accuracy_m === null ? say("web.place.unsure") : say("web.place.within", { distance: distance(accuracy_m) });

const BEARINGS = [
  "web.bearing.n", "web.bearing.ne", "web.bearing.e", "web.bearing.se",
  "web.bearing.s", "web.bearing.sw", "web.bearing.w", "web.bearing.nw",
];
const AT = 500; // metres from a town's middle that are the town

/** The nearest town, and how far and which way it is from there. */
function near({ name, distance_m, bearing }) {
  if (distance_m < AT) return h("bdi", {}, name);
  const way = say(BEARINGS[Math.round(bearing / 45) % BEARINGS.length]);
  return say("web.place.from", { distance: distance(distance_m), way, name });
}

/** What is copied is plain figures, for a map or a message. */
export function copyButton(name, text) {
  const button = h("button", { type: "button", class: "copy", "data-focus": name, onclick: async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = say("web.action.copied");
  } }, say("web.action.copy"));
  return button;
}

/** Each fix with how sure and how old it is, newest first. */
function track(incident, time) {
  const fixes = [...(incident.track ?? [])].reverse();
  if (fixes.length < 2) return null;
  return h("details", { class: "track", open: opened.has("track"), ontoggle: keep("track") },
    h("summary", { "data-focus": "track" }, say("web.place.track", { count: fixes.length })),
    h("ol", {}, fixes.slice(0, SHOWN).map((fix) => h("li", {},
      h("time", { datetime: fix.at, title: full(fix.at) }, clock(fix.at, time, { seconds: true })),
      h("bdi", { dir: "ltr" }, coordinates(fix)),
      h("span", { class: "late" }, [sureness(fix), say(SOURCES[fix.source]), say("web.place.ago", { age: age(time - Date.parse(fix.at)) })].join(" · "))))));
}

// What was unfolded stays so while the page is drawn again.
const opened = new Set();
export const isUnfolded = (name) => opened.has(name);
export const keep = (name) => ({ currentTarget }) =>
  currentTarget.open ? opened.add(name) : opened.delete(name);

/** How full it was when it last said so, and when that was. */
function charge({ last_battery: known, phone }, time) {
  const said = known ?? (phone.battery === null ? null : { share: phone.battery, at: phone.stated_at });
  if (!said) return say("web.place.battery_unknown");
  return say("web.place.battery_then", { percent: percent(said.share), age: age(time - Date.parse(said.at)) });
}

export function phoneState(incident, time) {
  const { phone } = incident;
  const silent = isSilent(incident, time);
  const stated = phone.stated_at && time - Date.parse(phone.stated_at) < LATELY ? phone : null;
  return h("ul", { class: "phone-state" }, [
    charge(incident, time),
    phone.heard_at && say("web.place.heard", { age: age(time - Date.parse(phone.heard_at)) }),
    silent && h("strong", { class: "old" },
      say("web.warning.silent", { time: clock(phone.silent_since ?? phone.heard_at, time) })),
    phone.revoked && h("strong", { class: "old" }, say("web.phone.revoked")),
    stated && (stated.armed ? say("web.phone.armed") : say("web.phone.not_armed")),
    stated?.obstacles.length > 0 && stated.obstacles.map((one) => (one in OBSTACLES ? say(OBSTACLES[one]) : one)).join(", "),
    phone.stated_at && say("web.phone.stated", { age: age(time - Date.parse(phone.stated_at)) }),
  ].filter(Boolean).map((line) => h("li", {}, line)));
}
