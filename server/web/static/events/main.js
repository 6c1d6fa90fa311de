// The mass events: a list, and the one that the address names, as live as the board.

import { Problem } from "../board/api.js";
import { Chart } from "../board/chart.js";
import { every, everySecond, now } from "../board/clock.js";
import { byId } from "../board/element.js";
import { Tail } from "../board/live.js";
import { clock, say } from "../board/words.js";
import { problemWords, signedIn } from "../staff/frame.js";
import { Actions } from "./actions.js";
import { Brief } from "./brief.js";
import * as calls from "./calls.js";
import { showHead, showList } from "./head.js";
import { Members } from "./members.js";
import { title } from "./words.js";

const TITLE = document.title;
const GATHER = 400; // ms; one press writes several entries at once
const EASE = 5; // times as long as the last reading took, so that a large event is not read without end
const OTHERS = 20_000; // ms; what other offices do is not on our timeline
const FADED = 10_000; // ms between two looks at ages
const STREETS = 2 ** 22; // px round the world
const EVENTS = ["gathered", "joined", "split", "event_brief"];

class Page {
  constructor({ staff }) {
    this.event = null;
    this.events = [];
    this.reading = null;
    this.waiting = null;
    this.took = 0;
    this.members = new Members({ onChosen: () => this.actions.offer() });
    this.actions = new Actions({ members: this.members, me: staff.id, onDone: (id) => this.go(id) });
    this.brief = new Brief({ onSaved: () => this.touch(), onStale: () => this.read() });
    this.tail = new Tail({
      onEntry: (entry) => this.happened(entry),
      onLine: (live, heardAt) => this.line(live, heardAt),
      onSignedOut: () => location.assign("/"),
      onOutdated: () => this.touch(),
    });
    window.addEventListener("hashchange", () => this.opened());
  }

  get wanted() {
    return location.hash.slice(1);
  }

  async start() {
    const seq = await this.read();
    if (seq === null) {
      setTimeout(() => this.start(), 3000);
      return;
    }
    this.tail.start(seq);
    every(OTHERS, () => this.touch());
    everySecond((time) => time % FADED < 1000 && this.members.repaint());
    if (this.event) byId("event-name").focus();
  }

  async opened() {
    this.actions.leave();
    this.members.chosen.clear();
    this.draw(null);
    await this.read();
    if (this.event) byId("event-name").focus();
  }

  async go(id) {
    if (id === this.wanted) this.read();
    else location.hash = id;
  }

  happened({ kind, incident_id }) {
    if (EVENTS.includes(kind) || this.event?.incidents.some(({ id }) => id === incident_id)) this.touch();
  }

  /** Something has changed: read again, once for whatever comes together. */
  touch() {
    this.waiting ??= setTimeout(() => this.read(), Math.max(GATHER, EASE * this.took));
  }

  /** One reading at a time; the number of the timeline that it stood at, or null. */
  async read() {
    clearTimeout(this.waiting);
    this.waiting = null;
    const before = this.reading;
    this.reading = (async () => {
      await before;
      return this.readNow();
    })();
    return this.reading;
  }

  async readNow() {
    const began = performance.now();
    const { wanted } = this;
    try {
      const { events, seq } = await calls.list();
      this.events = events;
      const event = wanted ? await calls.whole(wanted) : null;
      if (wanted === this.wanted) this.draw(event);
      this.took = performance.now() - began;
      return seq;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 404) this.draw(null);
      byId("line").textContent = problemWords(problem);
      return null;
    }
  }

  draw(event) {
    this.event = event;
    showList(this.events, event?.id);
    byId("event").hidden = !event;
    document.title = event ? `${title(event, now())} · ${TITLE}` : TITLE;
    if (!event) return;
    showHead(event);
    this.brief.show(event);
    this.members.show(event.incidents);
    this.actions.show(event);
    const others = event.count - event.mine;
    byId("others").textContent = others > 0 ? say("events.members.others", { count: others }) : "";
    this.drawChart(event);
  }

  drawChart(event) {
    this.chart ??= new Chart((id) => this.pick(id), STREETS);
    if (this.charted !== event.id) this.chart.isPlaced = false;
    this.charted = event.id;
    this.chart.show(event.incidents);
  }

  pick(id) {
    const incident = this.event.incidents.find((one) => one.id === id);
    this.chart.showOpen({ ...incident, track: [] });
    this.members.open(id);
  }

  line(live, heardAt = now()) {
    document.documentElement.dataset.live = String(live);
    byId("line").textContent = live ? "" : say("web.board.stale", { time: clock(heardAt, now()) });
    if (live) this.touch();
  }
}

new Page(await signedIn()).start();
