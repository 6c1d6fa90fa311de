// The incidents this desk may see, kept as fresh as the timeline, and the order they stand in.

import { page, Problem, read } from "./api.js";

const GATHER = 120; // ms; one press writes several entries at once
const DRAW = 30; // ms between a change and its picture
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

/** The oldest untaken alert first. */
export const inOrder = (incidents) =>
  [...incidents].sort((one, other) =>
    rank(one) - rank(other) || one.opened_at.localeCompare(other.opened_at) || one.id.localeCompare(other.id));

export class Incidents {
  /** `onChange()` after any change, `onRead(detail)` with each incident read in full. */
  constructor({ onChange, onRead, onProblem }) {
    Object.assign(this, { onChange, onRead, onProblem });
    this.byId = new Map();
    this.touched = new Set();
    this.gathering = null;
    this.changing = null;
    this.running = 0;
  }

  /** Reads every page and returns the place on the timeline that the first one stood at. */
  async load() {
    const found = new Map();
    let seq = null;
    let after = null;
    do {
      const answer = await page(null, after);
      for (const incident of answer.incidents) {
        if (!isOver(incident)) found.set(incident.id, incident);
      }
      seq ??= answer.seq;
      after = answer.next;
    } while (after);
    for (const [id, known] of this.byId) {
      if (found.has(id) && known.seq > found.get(id).seq) found.set(id, known);
    }
    this.byId = found;
    this.changed();
    return seq;
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
      this.onChange();
    }, DRAW);
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
