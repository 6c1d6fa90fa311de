// Signs in, then runs the board: the timeline's tail moves the list, the map and the open incident.

import { Alarm } from "./alarm.js";
import * as api from "./api.js";
import { Chart } from "./chart.js";
import { now } from "./clock.js";
import { Detail } from "./detail.js";
import { Dialogs, problemWords } from "./dialogs.js";
import { byId, h } from "./element.js";
import { Incidents, isCancelled, isOver, isPressedAgain, isUntaken } from "./incidents.js";
import { listen } from "./keys.js";
import { List } from "./list.js";
import { Tail } from "./live.js";
import { SignIn } from "./sign_in.js";
import { Watch } from "./watch.js";
import { clock, say } from "./words.js";

const TITLE = document.title;
const TOAST = 6000; // ms

class Board {
  constructor({ staff, unlocked }) {
    this.staff = staff;
    this.unlocked = unlocked;
    this.openId = null;
    this.closed = null; // {incidents, next} while the closed ones are shown
    this.liveSince = now();
    this.alarm = new Alarm();
    this.incidents = new Incidents({
      onChange: () => this.draw(),
      onRead: (detail) => this.read(detail),
      onProblem: (problem) => this.failed(problem),
    });
    this.list = new List({
      onOpen: (id) => this.open(id, { focus: true }),
      onTake: (id) => this.take(this.incidents.byId.get(id)),
      onMore: () => this.readClosed(),
      whenEmpty: () => this.empty(),
    });
    this.chart = new Chart((id) => this.open(id, { focus: true }));
    this.dialogs = new Dialogs((id, message) => this.done(id, message));
    this.detail = new Detail({
      take: (incident) => this.take(incident),
      note: (incident) => this.dialogs.note(incident),
      assign: (incident) => this.dialogs.assign(incident, staff),
      close: (incident) => this.dialogs.close(incident),
      safe: (incident) => this.dialogs.close(incident, "safe"),
      reopen: (incident) => this.dialogs.reopen(incident),
      release: (incident) => this.dialogs.release(incident),
      revoke: (incident, contact) => this.dialogs.revoke(incident, contact),
      leave: () => this.leave(),
    });
    this.tail = new Tail({
      onEntry: (entry) => this.happened(entry),
      onLine: (live) => this.line(live),
      onSignedOut: () => location.reload(),
    });
    this.connectButtons();
  }

  async start() {
    byId("office").textContent = this.staff.office_name;
    byId("staff").textContent = this.staff.name;
    byId("sign-in").hidden = true;
    byId("board").hidden = false;
    this.list.draw();
    new Watch().start();
    await this.load();
  }

  /** Until the first list is there the board is not live, and says so. */
  async load() {
    try {
      this.tail.start(await this.incidents.load());
    } catch (problem) {
      if (problem.status === 401) location.reload();
      if (!(problem instanceof api.Problem)) throw problem;
      this.line(false);
      setTimeout(() => this.load(), 2000 + 3000 * Math.random());
    }
  }

  connectButtons() {
    byId("help").addEventListener("click", () => byId("keys-dialog").showModal());
    byId("show-open").addEventListener("click", () => this.showClosed(false));
    byId("show-closed").addEventListener("click", () => this.showClosed(true));
    byId("sign-out").addEventListener("click", async () => {
      await api.signOut();
      location.reload();
    });
    const opened = (step) => () => {
      const incident = this.selected();
      if (incident) step(incident);
    };
    listen({
      j: () => this.step(1),
      k: () => this.step(-1),
      t: opened((incident) => this.take(incident)),
      n: opened((incident) => this.dialogs.note(incident)),
      h: opened((incident) => !isOver(incident) && !isCancelled(incident) && this.dialogs.assign(incident, this.staff)),
      c: opened((incident) => !isOver(incident) && this.dialogs.close(incident)),
      m: () => byId("chart").focus(),
      "/": () => byId("find").focus(),
      "?": () => byId("keys-dialog").showModal(),
      Escape: () => this.escape(),
    });
  }

  /** A timeline entry: the incident is read again; some entries are heard at once. */
  happened(entry) {
    this.incidents.touch(entry.incident_id);
    if (entry.kind === "pressed_again") this.alarm.ring();
    if (entry.kind === "answered") {
      this.alarm.soften();
      this.toast(say("web.called.answered", { name: entry.detail?.name ?? entry.detail?.contact ?? "" }));
    }
  }

  draw() {
    const all = [...this.incidents.byId.values()];
    const untaken = all.filter(isUntaken);
    this.announce(untaken);
    document.title = untaken.length ? `(${untaken.length}) ${TITLE}` : TITLE;
    byId("untaken").textContent = untaken.length ? say("web.board.untaken", { count: untaken.length }) : "";
    byId("untaken").hidden = untaken.length === 0;
    byId("count-open").textContent = String(all.length);
    const unreadable = !this.unlocked || all.some(({ readable }) => !readable);
    byId("banner").hidden = !unreadable;
    byId("banner").textContent = unreadable ? say("web.board.unreadable") : "";
    this.alarm.watch(untaken.length);
    this.chart.show(all);
    if (!this.closed) this.list.show(all);
    const shown = this.detail.incident;
    const fresh = shown && this.incidents.byId.get(shown.id);
    if (fresh && fresh.seq > shown.seq) this.incidents.touch(shown.id);
  }

  /** Each untaken alert is rung for and told to a screen reader as it arrives. */
  announce(untaken) {
    const before = this.announced ?? new Set(untaken.map(({ id }) => id));
    this.announced = new Set(untaken.map(({ id }) => id));
    const fresh = untaken.filter(({ id }) => !before.has(id));
    if (!fresh.length) return;
    this.alarm.ring();
    byId("called").textContent = fresh.map((incident) =>
      say(incident.kind === "drill" ? "web.called.drill" : "web.called.alert", {
        name: incident.activist ?? "", code: incident.code,
      })).join(" ");
  }

  async open(id, { focus = false } = {}) {
    this.openId = id;
    this.list.select(id);
    try {
      const detail = await api.read(id);
      if (this.openId !== id) return;
      this.read(detail);
      if (focus) byId("incident").querySelector("h2").focus();
    } catch (problem) {
      this.failed(problem);
    }
  }

  /** What a key acts on: the incident that was chosen, also while its page is still being read. */
  selected() {
    const shown = this.detail.incident;
    return shown?.id === this.openId ? shown : this.incidents.byId.get(this.openId);
  }

  read(detail) {
    if (detail.id !== this.openId) return;
    this.detail.show(detail);
    document.documentElement.dataset.open = detail.id;
    this.chart.showOpen(detail);
  }

  leave() {
    const id = this.openId;
    this.openId = null;
    delete document.documentElement.dataset.open;
    this.detail.hide();
    this.chart.showOpen(null);
    this.list.select(null);
    if (id) this.list.focus(id);
  }

  escape() {
    if (document.activeElement === byId("find")) byId("cards").focus();
    else if (this.openId) this.leave();
  }

  step(by) {
    const id = this.list.neighbour(by);
    if (!id) return;
    this.open(id);
    this.list.focus(id);
  }

  async take(incident) {
    if (isOver(incident) || isCancelled(incident)) return;
    if (!incident.unanswered && !isPressedAgain(incident)) {
      this.toast(say("web.done.already_taken", { name: incident.taken_by.name }));
      return;
    }
    try {
      await api.take(incident.id);
      this.done(incident.id, say("web.done.taken", { code: incident.code }));
      if (this.openId !== incident.id) this.open(incident.id, { focus: true });
    } catch (problem) {
      this.failed(problem);
    }
  }

  done(id, message) {
    this.toast(message);
    this.incidents.touch(id, 0);
    if (this.closed) this.showClosed(true);
  }

  failed(problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    if (problem.status === 401) location.reload();
    else this.toast(problemWords(problem));
  }

  toast(message) {
    byId("toast").textContent = message;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => (byId("toast").textContent = ""), TOAST);
  }

  /** Over its full width the bar says when the desk last heard from the server. */
  line(live) {
    const { dataset } = document.documentElement;
    if (String(live) === dataset.live) return;
    dataset.live = String(live);
    this.liveSince = now();
    byId("line").textContent = live
      ? say("web.board.live") : say("web.board.stale", { time: clock(now(), now()) });
    this.list.draw();
  }

  empty() {
    if (this.closed) return h("p", { class: "nothing" }, say("web.list.none_closed"));
    const { live } = document.documentElement.dataset;
    if (live === undefined) return h("p", { class: "nothing" }, say("web.list.loading"));
    return h("div", { class: "nothing" },
      h("p", { class: "calm" }, say("web.empty.title")),
      h("p", {}, say("web.empty.on_duty", { name: this.staff.name })),
      live === "true" && h("p", {}, say("web.empty.live", { time: clock(this.liveSince, now()) })));
  }

  async showClosed(closed) {
    byId("show-open").setAttribute("aria-pressed", String(!closed));
    byId("show-closed").setAttribute("aria-pressed", String(closed));
    this.closed = closed ? { incidents: [], next: null } : null;
    if (closed) await this.readClosed();
    else this.draw();
  }

  async readClosed() {
    const { closed } = this;
    try {
      const answer = await api.page("closed", closed.next);
      if (this.closed !== closed) return;
      closed.incidents.push(...answer.incidents);
      closed.next = answer.next;
      this.list.show(closed.incidents, { closed: true, more: Boolean(closed.next) });
    } catch (problem) {
      this.failed(problem);
    }
  }
}

async function enter(session) {
  if (session.must_enrol) location.assign("/account");
  else await new Board(session).start();
}

async function begin() {
  const signIn = new SignIn(enter);
  for (const choice of document.querySelectorAll(".language select")) {
    choice.addEventListener("change", () => choice.form.submit());
  }
  if (byId("sign-in").dataset.session === "none") {
    signIn.show();
    return;
  }
  try {
    await enter(await api.session());
  } catch (problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    signIn.show(problem);
  }
}

begin();
