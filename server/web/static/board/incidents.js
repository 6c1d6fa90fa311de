// The incidents this desk may see, kept as fresh as the timeline, and the order they stand in.

import { page, Problem, read } from "./api.js";

const GATHER = 120; // ms; one press writes several entries at once
const DRAW = 30; // ms between a change and its picture
const SHARE = 3; // times what the last picture took: a board of thousands still answers its keys
const LARGE = 500; // incidents a page, once the first ones are on the board
const MANY = 20; // incidents changed at once: the list is one request a hundred
const AT_ONCE = 4; // requests under way
const AGAIN = 3000; // ms until a failed refresh is tried again

/** An incident ends by the office alone: a stop code is a claim. */
export const isOver = (incident) => incident.state === "closed";

/** Stopped in the countdown, nobody was texted; the office asks and closes. Duress is not that. */
export const isCancelled = (incident) => incident.state === "cancelled" && !incident.duress;

/** Nobody from the office has it. A press that still counts down may be a mistake; duress not. */
export const isUntaken = (incident) =>
  incident.unanswered && (incident.state !== "pending" || incident.duress);

/** Taken, and pressed again since: the one who has it must look. */
export const isPressedAgain = (incident) =>
  Boolean(incident.pressed_again_at && incident.taken_at) &&
  !isOver(incident) && incident.pressed_again_at > incident.taken_at;

export const GROUPS = ["untaken", "again", "pending", "taken", "cancelled"]; // as they stand in the list

export function group(incident) {
  if (isCancelled(incident)) return "cancelled";
  if (isUntaken(incident)) return "untaken";
  if (isPressedAgain(incident)) return "again";
  return incident.unanswered ? "pending" : "taken";
}

/** A drill comes after what is real in its group. */
const rank = (incident) => GROUPS.indexOf(group(incident)) + (incident.kind === "drill" ? 0.5 : 0);

const before = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** The oldest untaken alert first. */
export const inOrder = (incidents) =>
  [...incidents]
    .map((incident) => ({ incident, rank: rank(incident) }))
    .sort(({ incident: one, rank: ranks }, { incident: other, rank }) =>
      ranks - rank || before(one.opened_at, other.opened_at) || before(one.id, other.id))
    .map(({ incident }) => incident);

export class Incidents {
  /** `onChange()` after any change, `onRead(detail)` with each incident read in full, `onGone(id)`
   * where one is not this desk's any more. */
  constructor({ onChange, onRead, onGone, onProblem }) {
    Object.assign(this, { onChange, onRead, onGone, onProblem });
    this.byId = new Map();
    this.touched = new Set();
    this.gathering = null;
    this.changing = null;
    this.drew = 0; // ms that the last picture took
    this.loads = 0;
    this.stood = new Set(); // ids that were there when this board began: no news
    this.running = 0;
  }

  /**
   * Reads the first page, and behind it the others one by one; returns the place on the timeline
   * that the first one stood at.
   */
  async load() {
    this.loads += 1;
    const first = await page(null, null);
    const found = new Set();
    this.acceptPage(first, found);
    this.loadRest(this.loads, first, found);
    return first.seq;
  }

  /** A later load takes over from this one. */
  async loadRest(load, { next, seq }, found) {
    let after = next;
    while (after) {
      const answer = await this.nextPage(after);
      if (load !== this.loads) return;
      if (!answer) continue;
      this.acceptPage(answer, found);
      after = answer.next;
    }
    for (const [id, known] of this.byId) {
      if (!found.has(id) && known.seq <= seq) this.byId.delete(id); // it ended while nobody looked
    }
    document.documentElement.dataset.read = "all";
    this.changed();
  }

  /** Null where it could not be read; then some time has passed. */
  async nextPage(after) {
    try {
      return await page(null, after, LARGE);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.onProblem(problem);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      return null;
    }
  }

  acceptPage({ incidents }, found) {
    for (const incident of incidents) {
      found.add(incident.id);
      if (this.loads === 1) this.stood.add(incident.id);
      this.accept(incident);
    }
    this.changed();
  }

  /** Something happened to this incident: read it again, once for whatever comes together. */
  touch(id, wait = GATHER) {
    this.touched.add(id);
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      this.refresh();
    }, wait);
  }

  /** Many at once are drawn once. */
  changed() {
    this.changing ??= setTimeout(() => {
      this.changing = null;
      const began = performance.now();
      this.onChange();
      this.drew = performance.now() - began;
    }, Math.max(DRAW, SHARE * this.drew));
  }

  async refresh() {
    if (this.touched.size > MANY && this.running === 0) {
      const ids = [...this.touched];
      this.touched.clear();
      await this.guarded(ids, () => this.load());
    }
    while (this.touched.size && this.running < AT_ONCE) {
      const [id] = this.touched;
      this.touched.delete(id);
      this.guarded([id], () => this.readOne(id));
    }
  }

  async guarded(ids, work) {
    this.running += 1;
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.onProblem(problem);
      if (problem.status !== 401) ids.forEach((id) => this.touch(id, AGAIN));
    } finally {
      this.running -= 1;
      if (this.touched.size && !this.gathering) this.refresh();
    }
  }

  async readOne(id) {
    let detail;
    try {
      detail = await read(id);
    } catch (problem) {
      if (problem.status !== 404 && problem.status !== 403) throw problem;
      this.byId.delete(id); // handed to another office
      this.onGone(id);
      this.changed();
      return;
    }
    this.accept(detail);
  }

  accept(detail) {
    const known = this.byId.get(detail.id);
    if (known && known.seq > detail.seq) return;
    if (isOver(detail)) this.byId.delete(detail.id);
    else this.byId.set(detail.id, detail);
    this.changed();
    if (detail.timeline) this.onRead(detail);
  }
}
