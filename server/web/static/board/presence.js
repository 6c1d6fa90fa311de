// Who else has what open: this board says what it shows, and reads what others do.

import * as api from "./api.js";
import { every } from "./clock.js";
import { h } from "./element.js";
import { say } from "./words.js";

const EVERY = 30_000; // ms; the server forgets a board after three times as long

const names = new Map(); // by incident: who else has it open

/** "Looking at this: Sara", or null. */
export function lookers(id) {
  const found = names.get(id);
  return found ? h("p", { class: "looking" }, say("web.presence.looking", { names: found.join(", ") })) : null;
}

export class Presence {
  /** `tail` is asked how far it is and told how far the server is; `onChange()`, `onDuty(list)`. */
  constructor({ tail, onChange, onDuty }) {
    Object.assign(this, { tail, onChange, onDuty });
    this.board = crypto.randomUUID();
    this.incident = null;
    this.said = 0;
  }

  start() {
    this.say();
    every(EVERY, () => this.say());
    document.addEventListener("visibilitychange", () => document.hidden || this.say());
    window.addEventListener("pagehide", () => api.leavePresence(this.board));
  }

  show(incident) {
    if (this.incident === incident) return;
    this.incident = incident;
    this.say();
  }

  /** The last word counts: an answer to an earlier one is out of date. */
  async say() {
    const turn = ++this.said;
    const seen = this.tail.known();
    try {
      const answer = await api.presence(this.board, this.incident, seen);
      this.tail.compare(seen, answer);
      if (turn === this.said) this.take(answer);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      if (problem.status === 404 && turn === this.said) this.incident = null; // handed to another office meanwhile
    }
  }

  take({ looking, on_duty }) {
    const before = JSON.stringify([...names]);
    names.clear();
    for (const { incident_id, name } of looking) {
      names.set(incident_id, [...(names.get(incident_id) ?? []), name]);
    }
    if (JSON.stringify([...names]) !== before) this.onChange();
    this.onDuty(on_duty);
  }
}
