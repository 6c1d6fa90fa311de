// The tail of the timeline: every entry once and in order, over any number of lost connections.

import { every, now, onWake } from "./clock.js";

const SLOWEST = 15_000; // ms between two tries
const HEARTBEAT = 15_000; // ms; a cut cable closes no socket, so the server is asked now and then
const PATIENCE = 6_000; // ms for the answer to a heartbeat
const OPENING = 10_000; // ms for a socket to open; a browser by itself waits for minutes
const ON_THE_WAY = 5_000; // ms that an entry may take which the server is known to have
const SIGNED_OUT = 4401;
const OUTDATED = 4409; // a section was founded, a key was granted: what is here was read without

export class Tail {
  /** `onEntry(entry)`, `onLine(live, heardAt)`, `onSignedOut()`; `onOutdated()` where all that was
   * read before this line must be read anew. */
  constructor({ onEntry, onLine, onSignedOut, onOutdated }) {
    Object.assign(this, { onEntry, onLine, onSignedOut, onOutdated });
    this.seen = 0;
    this.looked = 0; // up to here the server has nothing for us that the socket did not bring
    this.heardAt = now(); // the board held all that there was
    this.tries = 0;
    this.socket = null;
    this.waiting = null;
    this.opening = null;
  }

  start(seq) {
    this.seen = seq;
    document.documentElement.dataset.entries = "0";
    document.documentElement.dataset.seq = String(seq);
    this.connect();
    every(HEARTBEAT, () => this.heartbeat());
    window.addEventListener("online", () => this.connect());
    window.addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.heartbeat());
    onWake(() => this.woken());
  }

  /** After a sleep a socket may look open that the server has long let go. */
  woken() {
    this.lost();
    this.connect();
  }

  known() {
    return Math.max(this.seen, this.looked);
  }

  /**
   * What the server said of the timeline when it was known up to `asked`. Where it has more for us
   * and the socket brings nothing, the socket is dead though it looks open.
   */
  compare(asked, { seq, behind }) {
    if (!behind) {
      this.heardAt = now();
      this.looked = Math.max(this.looked, seq);
      return;
    }
    const { socket } = this;
    setTimeout(() => {
      if (socket && this.socket === socket && this.seen <= asked) this.woken();
    }, ON_THE_WAY);
  }

  connect() {
    clearTimeout(this.waiting);
    this.drop();
    const address = new URL(`/v1/dashboard?incidents=true&after=${this.seen}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    this.opening = setTimeout(() => this.lost(), OPENING);
    socket.onopen = () => this.opened();
    socket.onmessage = ({ data }) => this.received(JSON.parse(data));
    socket.onclose = ({ code }) => this.closed(code);
  }

  /** A socket that is dropped says nothing more: what it still holds comes again from `seen`. */
  drop() {
    clearTimeout(this.opening);
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  opened() {
    clearTimeout(this.opening);
    this.tries = 0;
    this.heardAt = now();
    this.onLine(true, this.heardAt);
  }

  received(entry) {
    this.heardAt = now();
    if (entry.seq <= this.seen) return;
    this.seen = entry.seq;
    const { dataset } = document.documentElement;
    dataset.entries = String(Number(dataset.entries) + 1);
    dataset.seq = String(entry.seq);
    this.onEntry(entry);
  }

  closed(code) {
    if (code === SIGNED_OUT) {
      this.drop();
      this.onSignedOut();
    } else {
      this.lost();
      if (code === OUTDATED) this.onOutdated();
    }
  }

  lost() {
    this.drop();
    this.onLine(false, this.heardAt);
    clearTimeout(this.waiting);
    const longest = Math.min(SLOWEST, 500 * 2 ** this.tries);
    this.tries += 1;
    this.waiting = setTimeout(() => this.retry(), longest * (0.5 + Math.random() / 2));
  }

  /** A refused socket does not say why, so the session is asked before the next one. */
  async retry() {
    try {
      const answer = await fetch("/v1/session", { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) this.onSignedOut();
      else this.connect();
    } catch {
      this.lost();
    }
  }

  async heartbeat() {
    const asked = this.socket;
    if (asked?.readyState !== WebSocket.OPEN) return;
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      if (this.socket === asked) this.lost();
    }
  }
}
