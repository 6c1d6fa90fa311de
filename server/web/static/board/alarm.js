// The alarm, again each minute until taken, and the softer sound for "a contact answered".

import { everySecond, now } from "./clock.js";
import { byId } from "./element.js";
import { say } from "./words.js";

const KEPT = "candlewire.sound";
const AGAIN = 60_000; // ms between two alarms while something is untaken

const sound = (name) => new Audio(new URL(`../sound/${name}.wav`, import.meta.url));

export class Alarm {
  constructor(notices) {
    this.notices = notices;
    this.alarm = sound("alarm");
    this.answered = sound("answered");
    this.untaken = [];
    this.rungAt = null; // null while nothing is untaken
    this.blocked = false; // the browser waits for a gesture before this page may sound
    this.blockedAt = 0;
    this.on = localStorage.getItem(KEPT) === "on";
    this.button = byId("sound");
    this.button.addEventListener("click", () => this.toggle());
    for (const gesture of ["click", "keydown"]) {
      document.addEventListener(gesture, ({ timeStamp }) =>
        this.blocked && timeStamp > this.blockedAt && this.unblock());
    }
    everySecond((time) => this.tick(time));
    this.draw();
  }

  get heard() {
    return this.on && !this.blocked;
  }

  toggle() {
    if (this.blocked) {
      this.unblock();
      return;
    }
    this.keep(!this.on);
    if (!this.on) return;
    this.play(this.answered);
    this.notices.ask();
  }

  /** Sounds once, so that who begins a shift knows it; whether the browser let it. */
  start() {
    this.blocked = false;
    this.keep(true);
    return this.play(this.alarm);
  }

  unblock() {
    this.blocked = false;
    this.draw();
    if (this.untaken.length) this.ring();
  }

  keep(on) {
    this.on = on;
    localStorage.setItem(KEPT, on ? "on" : "off");
    this.draw();
  }

  draw() {
    const text = this.blocked ? "web.board.sound_blocked"
      : this.on ? "web.board.sound_on" : "web.board.sound_off";
    this.button.textContent = say(text);
    this.button.classList.toggle("is-on", this.heard);
    this.button.classList.toggle("is-blocked", this.blocked);
  }

  /** Told after each change which ones nobody has: the alarm repeats while there are any. */
  watch(untaken) {
    this.untaken = untaken;
    if (!untaken.length) this.rungAt = null;
    else if (this.rungAt === null) this.ring();
  }

  tick(time) {
    if (this.rungAt !== null && time - this.rungAt >= AGAIN) this.ring();
  }

  /** At once, and again a minute from here. */
  ring(untaken = this.untaken) {
    this.untaken = untaken;
    this.rungAt = now();
    this.play(this.alarm);
    this.notices.untaken(this.untaken);
  }

  soften() {
    this.play(this.answered);
  }

  async play(audio) {
    if (!this.on) return false;
    audio.currentTime = 0;
    try {
      await audio.play();
      return true;
    } catch (refusal) {
      if (refusal.name === "AbortError") return false;
      this.blocked = true; // the button says so, and the next gesture frees it
      this.blockedAt = performance.now();
      this.draw();
      return false;
    }
  }
}
