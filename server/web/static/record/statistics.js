// What a period comes to: numbers, and figures that each have their table.

import { byId, h, swap } from "../board/element.js";
import { outcomeWord } from "../board/look.js";
import { percent, say } from "../board/words.js";
import { now } from "../board/clock.js";
import { bar, columns } from "./charts.js";
import { complain, problemWords, statistics } from "./calls.js";
import { day } from "./exports.js";

const DAYS = 30 * 24 * 3600 * 1000;
const STEPS = {
  stored: "record.stats.step_stored", delivered: "record.stats.step_delivered",
  answered: "record.stats.step_answered", taken: "record.stats.step_taken",
};
const STATES = {
  pending: "record.state.pending", open: "record.state.open", acknowledged: "record.state.acknowledged",
  claimed_safe: "record.state.claimed_safe", cancelled: "record.state.cancelled", closed: "record.state.closed",
};
const SECONDS = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, { maximumFractionDigits: 1 });

export class Statistics {
  constructor() {
    byId("until").value = day(now());
    byId("since").value = day(now() - DAYS);
    byId("period").addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await this.load();
      } catch (problem) {
        complain(problemWords(problem));
      }
    });
    byId("print").onclick = () => window.print();
  }

  async load() {
    const query = new URLSearchParams(new FormData(byId("period")));
    byId("csv").href = `/v1/statistics.csv?${query}`;
    this.show(await statistics(query));
  }

  show(found) {
    offices(found.offices);
    const { alert: alerts, drill: drills } = found.kinds;
    byId("stats-none").hidden = alerts + drills > 0;
    swap(byId("numbers"), numbers(found));
    swap(byId("figures"), alerts + drills > 0 && [
      figure("record.stats.days", columns(found.days),
        ["record.stats.day", "record.stats.alerts", "record.stats.drills"],
        found.days.map((one) => [ltr(one.day), one.alert, one.drill])),
      alerts > 0 && times("record.stats.times", found.times.alert),
      alerts > 0 && counts("record.stats.outcomes", "record.stats.outcome", found.outcomes, outcomeWord),
      alerts > 0 && counts("record.stats.states", "record.stats.state", found.states, (state) => say(STATES[state])),
      drills > 0 && times("record.stats.drill_times", found.times.drill),
    ].filter(Boolean));
  }
}

function offices(found) {
  for (const id of ["office-choice", "ask-office"]) {
    const select = byId(id);
    if (select.options.length > 1 || found.length < 2) continue;
    select.append(...found.map((one) => h("option", { value: one.id }, one.name)));
  }
}

function numbers(found) {
  const { alert: reach } = found.reach;
  const share = (part, whole) => (whole ? percent(part / whole) : "–");
  return [
    ["record.stats.alerts", found.kinds.alert],
    ["record.stats.drills", found.kinds.drill],
    ["record.stats.reached", share(reach.incidents_reached, reach.incidents)],
    ["record.stats.people_reached", share(reach.reached, reach.texted)],
    ["record.stats.false_alarms", found.false_alarms],
    ["record.stats.cancelled", found.cancelled],
  ].map(([key, value]) => h("div", {}, h("dt", {}, say(key)), h("dd", {}, h("bdi", {}, value))));
}

function times(title, found) {
  const rows = Object.keys(STEPS).map((step) => ({ word: say(STEPS[step]), ...found[step] }));
  const longest = Math.max(...rows.map((row) => row.p90_s ?? 0));
  return figure(title, null,
    ["record.stats.step", "record.stats.count", "record.stats.half", "record.stats.most", null],
    rows.map((row) => [row.word, row.count, lasting(row.p50_s), lasting(row.p90_s), bar(row.p50_s, row.p90_s, longest)]));
}

function counts(title, name, found, word) {
  const rows = Object.entries(found).filter(([, count]) => count > 0);
  if (!rows.length) return null;
  const most = Math.max(...rows.map(([, count]) => count));
  return figure(title, null, [name, "record.stats.count", null],
    rows.map(([code, count]) => [word(code), count, bar(count, 0, most)]));
}

// The column of a table says which colour of its picture it stands for.
const COLOURS = { "record.stats.alerts": "colour-alerts", "record.stats.drills": "colour-drills" };

/** No picture says anything that its table does not say in words. */
function figure(title, picture, head, rows) {
  return h("figure", {},
    h("figcaption", {}, say(title)),
    picture,
    h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": say(title) },
      h("table", {},
        h("thead", {}, h("tr", {}, head.map((key) =>
          (key ? h("th", { scope: "col", class: picture && COLOURS[key] }, say(key)) : h("td"))))),
        h("tbody", {}, rows.map(([first, ...rest]) =>
          h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", cell instanceof SVGElement ? { class: "measure" } : {}, cell))))))));
}

const ltr = (text) => h("bdi", { dir: "ltr" }, text);

/** 0.4 s, 12.5 s, 4 min, 3.2 h. */
function lasting(seconds) {
  if (seconds === null) return "–";
  if (seconds < 90) return say("web.unit.seconds", { count: SECONDS.format(seconds) });
  if (seconds < 5400) return say("web.unit.minutes", { count: SECONDS.format(seconds / 60) });
  return say("web.unit.hours", { count: SECONDS.format(seconds / 3600) });
}
