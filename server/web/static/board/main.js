// Signs in, then runs the board: the timeline's tail moves the list, the map and the open incident.

import { Alarm } from "./alarm.js";
import * as api from "./api.js";
import { Awake } from "./awake.js";
import { ByHand } from "./by_hand.js";
import { Chart } from "./chart.js";
import { now } from "./clock.js";
import { Detail } from "./detail.js";
import { Dialogs, problemWords } from "./dialogs.js";
import { byId, h } from "./element.js";
import { Ends } from "./ends.js";
import { showEvents } from "./events.js";
import { watchExposed } from "./exposed.js";
import { Filters } from "./filters.js";
import { HandOffice } from "./hand_office.js";
import { Incidents, isCancelled, isOver, isPressedAgain, isUntaken } from "./incidents.js";
import { listen } from "./keys.js";
import { List } from "./list.js";
import { Tail } from "./live.js";
import { Notices } from "./notices.js";
import { Presence } from "./presence.js";
import { Shift } from "./shift.js";
import { SignIn } from "./sign_in.js";
import { Since } from "./since.js";
import { KEYS } from "./steps.js";
import { Watch } from "./watch.js";
import { clock, say } from "./words.js";

const TITLE = document.title;
const TOAST = 6000; // ms
const LOST = 20_000; // ms without a line before a notice says so; most come back at once
const NAMED = 5; // new alerts that are called one by one; of more only the number

class Board {
  constructor({ staff, unlocked }) {
    this.staff = staff;
    this.unlocked = unlocked;
    this.openId = null;
    this.closed = null; // {incidents, next} while the closed ones are shown
    this.liveSince = now();
    this.notices = new Notices();
    this.alarm = new Alarm(this.notices);
    this.filters = new Filters({ me: staff.id, onChange: () => this.draw() });
    this.incidents = new Incidents({
      onChange: () => this.draw(),
      onRead: (detail) => this.read(detail),
      onGone: (id) => this.gone(id),
      onProblem: (problem) => this.failed(problem),
    });
    this.list = new List({
      onOpen: (id) => this.open(id, { focus: true }),
      onTake: (id) => this.take(this.incidents.byId.get(id)),
      onMore: () => this.readClosed(),
      filters: this.filters,
      whenEmpty: () => this.empty(),
    });
    this.chart = new Chart((id) => this.open(id, { focus: true }));
    this.dialogs = new Dialogs({
      onDone: (id, message) => this.done(id, message),
      onFailed: (problem, code) => this.failed(problem, code),
    });
    const [ends, byHand] = [new Ends(this.dialogs), new ByHand(this.dialogs)];
    this.detail = new Detail(staff.id, {
      take: (incident) => this.take(incident),
      note: (incident) => this.dialogs.note(incident),
      assign: (incident) => this.dialogs.assign(incident, staff),
      office: (incident) => new HandOffice(this.dialogs).ask(incident),
      close: (incident) => ends.close(incident),
      safe: (incident) => ends.safe(incident),
      casework: (incident) => ends.casework(incident),
      decide: (incident) => ends.decide(incident),
      withdraw: (incident) => ends.withdraw(incident),
      reopen: (incident) => ends.reopen(incident),
      text: (incident, contact) => byHand.text(incident, contact),
      welfare: (incident) => byHand.welfare(incident),
      phone: (incident, contact) => byHand.phone(incident, contact),
      release: (incident) => this.dialogs.release(incident),
      revoke: (incident, contact) => this.dialogs.revoke(incident, contact),
      leave: () => this.leave(),
      widen: () => this.widen(),
    });
    this.tail = new Tail({
      onEntry: (entry) => this.happened(entry),
      onLine: (live, heardAt) => this.line(live, heardAt),
      onSignedOut: () => location.reload(),
      onOutdated: () => this.readAnew(),
    });
    this.presence = new Presence({
      tail: this.tail,
      onChange: () => this.redraw(),
      onDuty: (people) => this.shift.hear(people),
    });
    this.since = new Since({
      onOpen: (id) => this.open(id, { focus: true }),
      onProblem: (problem) => this.failed(problem),
    });
    this.shift = new Shift({
      alarm: this.alarm, notices: this.notices, awake: new Awake(), me: staff.id,
      onChange: () => this.list.draw(),
      onStored: () => this.presence.say(),
      onBegun: () => this.since.offer(),
      onSaid: (message) => this.toast(message),
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
    watchExposed();
    await Promise.all([this.load(), this.shift.load(), this.since.offer()]);
    this.presence.start();
    window.addEventListener("hashchange", () => this.openAddressed());
    this.openAddressed();
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

  /** This desk sees more, or less, than when it was loaded. The page stays: loaded anew it would be
   * mute until somebody touches it, and what is being written would be lost. */
  async readAnew() {
    try {
      this.unlocked = (await api.session()).unlocked;
      await this.incidents.load();
      if (this.openId) this.incidents.touch(this.openId, 0);
      if (this.closed) await this.showClosed(true);
    } catch (problem) {
      this.failed(problem);
      setTimeout(() => this.readAnew(), 2000 + 3000 * Math.random());
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
    const steps = Object.fromEntries(KEYS.map((key) => [key, () => this.press(key)]));
    listen({
      j: () => this.step(1),
      k: () => this.step(-1),
      ...steps,
      w: () => this.openId && this.widen(),
      m: () => byId("chart").focus(),
      s: () => this.shift.press(),
      f: () => this.filters.toggle(),
      l: () => this.since.toggle(),
      "/": () => byId("find").focus(),
      "?": () => byId("keys-dialog").showModal(),
      Escape: () => this.escape(),
    });
  }

  /** A timeline entry: the incident is read again; some entries are heard at once. */
  happened(entry) {
    if (entry.incident) this.incidents.accept(entry.incident);
    else if (entry.incident === null) this.incidents.touch(entry.incident_id); // not ours any more
    const ended = entry.incident && isOver(entry.incident);
    if (ended && entry.incident_id === this.openId) this.incidents.touch(entry.incident_id);
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
    this.entitle(untaken.length);
    byId("untaken").textContent = untaken.length ? say("web.board.untaken", { count: untaken.length }) : "";
    byId("untaken").hidden = untaken.length === 0;
    byId("count-open").textContent = String(all.length);
    const unreadable = !this.unlocked || all.some(({ readable }) => !readable);
    byId("banner").hidden = !unreadable;
    byId("banner").textContent = unreadable ? say("web.board.unreadable") : "";
    this.alarm.watch(untaken);
    this.filters.meet(all);
    showEvents(all);
    this.chart.show(all.filter((incident) => this.filters.passes(incident)));
    if (!this.closed) this.list.show(all);
    const shown = this.detail.incident;
    const fresh = shown?.id === this.openId && this.incidents.byId.get(this.openId);
    if (fresh && fresh.seq > shown.seq) this.incidents.touch(shown.id);
  }

  /** The tab says it too, for whoever works in another one. */
  entitle(untaken = this.alarm.untaken.length) {
    const stale = document.documentElement.dataset.live === "false";
    document.title = stale ? `${byId("line").textContent} · ${TITLE}`
      : untaken ? `(${untaken}) ${TITLE}` : TITLE;
  }

  redraw() {
    this.list.draw();
    this.detail.draw();
  }

  /** Each untaken alert is rung for and told to a screen reader as it arrives. */
  announce(untaken) {
    const before = this.announced ?? new Set(untaken.map(({ id }) => id));
    this.announced = new Set(untaken.map(({ id }) => id));
    const fresh = untaken.filter(({ id }) => !before.has(id) && !this.incidents.stood.has(id));
    if (!fresh.length) return;
    this.alarm.ring(untaken);
    if (fresh.length > NAMED) {
      byId("called").textContent = say("web.board.untaken", { count: untaken.length });
      return;
    }
    byId("called").textContent = fresh.map((incident) =>
      say(incident.kind === "drill" ? "web.called.drill" : "web.called.alert", {
        name: incident.activist ?? "", code: incident.code,
      })).join(" ");
  }

  /** An address such as /#i=ID opens that incident at once; it names nobody. */
  openAddressed() {
    const [, id] = location.hash.match(/^#i=([0-9a-f-]{36})$/) ?? [];
    if (id) this.open(id, { focus: true });
  }

  async open(id, { focus = false } = {}) {
    this.openId = id;
    this.list.select(id);
    this.presence.show(id);
    this.since.hide();
    try {
      const detail = await api.read(id);
      if (this.openId !== id) return;
      this.read(detail);
      if (focus) byId("incident").querySelector("h2").focus();
    } catch (problem) {
      if (this.openId === id) this.goBack();
      this.failed(problem);
    }
  }

  /** The chosen incident could not be read: the one on the page is chosen again, and read, since it
   * may have gone on. */
  goBack() {
    this.openId = this.detail.incident?.id ?? null;
    this.list.select(this.openId);
    this.presence.show(this.openId);
    if (this.openId) this.incidents.touch(this.openId, 0);
  }

  /** What a key acts on: the incident that was chosen, also while its page is still being read. */
  selected() {
    const shown = this.detail.incident;
    return shown?.id === this.openId ? shown : this.incidents.byId.get(this.openId);
  }

  /** A letter may come while the page is still being read: then the summary says what it does; over
   * the whole page it would act on an incident that is not in sight. */
  press(key) {
    const wide = "wide" in document.documentElement.dataset;
    if (wide && this.detail.incident?.id !== this.openId) return;
    const incident = this.selected();
    if (!incident || this.detail.press(key, incident)) return;
    if (key === "t" && !isOver(incident)) this.take(incident);
  }

  /** The open incident over the whole page, or again beside list and map. */
  widen() {
    const { dataset } = document.documentElement;
    if ("wide" in dataset) delete dataset.wide;
    else dataset.wide = "";
    this.detail.draw();
  }

  read(detail) {
    if (detail.id !== this.openId) return;
    this.detail.show(detail);
    document.documentElement.dataset.open = detail.id;
    history.replaceState(null, "", `#i=${detail.id}`);
    this.chart.showOpen(detail);
  }

  leave() {
    const id = this.openId;
    this.openId = null;
    this.presence.show(null);
    delete document.documentElement.dataset.open;
    delete document.documentElement.dataset.wide;
    history.replaceState(null, "", location.pathname);
    this.detail.hide();
    this.chart.showOpen(null);
    this.list.select(null);
    if (id) this.list.focus(id);
  }

  escape() {
    if (document.activeElement === byId("find")) byId("cards").focus();
    else if (this.filters.inUse) this.filters.close();
    else if (this.openId) this.leave();
    else if (this.since.shown) this.since.dismiss();
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

  /** With another office now: whoever had it open should not go on reading what stands still. */
  gone(id) {
    if (id !== this.openId) return;
    this.leave();
    this.toast(say("web.office.gone"));
  }

  /** `code`: of the incident that it is about, where the page does not show that. */
  failed(problem, code = "") {
    if (!(problem instanceof api.Problem)) throw problem;
    if (problem.status === 401) location.reload();
    else this.toast(code ? `${code} · ${problemWords(problem)}` : problemWords(problem));
  }

  toast(message) {
    byId("toast").textContent = message;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => (byId("toast").textContent = ""), TOAST);
  }

  /** Over its full width the bar says since when the desk may be missing something. */
  line(live, heardAt = now()) {
    const { dataset } = document.documentElement;
    if (String(live) === dataset.live) return;
    const before = dataset.live;
    dataset.live = String(live);
    this.liveSince = now();
    const stale = say("web.board.stale", { time: clock(heardAt, now()) });
    byId("line").textContent = live ? say("web.board.live") : stale;
    byId("stale-about").hidden = live;
    if (!live) byId("called").textContent = stale;
    clearTimeout(this.losing);
    if (!live && before === "true") {
      this.losing = setTimeout(() => this.notices.show("line", stale), LOST);
    }
    this.entitle();
    this.list.draw();
  }

  empty() {
    if (this.closed) return h("p", { class: "nothing" }, say("web.list.none_closed"));
    const { live } = document.documentElement.dataset;
    if (live === undefined) return h("p", { class: "nothing" }, say("web.list.loading"));
    return h("div", { class: "nothing" },
      h("p", { class: "calm" }, say("web.empty.title")),
      this.shift.empty(),
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
