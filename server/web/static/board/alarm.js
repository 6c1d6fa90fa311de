// The alarm, again each minute until taken, and the softer sound for "a contact answered".

import { byId } from "./element.js";
import { say } from "./words.js";

const KEPT = "candlewire.sound";
const AGAIN = 60_000; // ms between two alarms while something is untaken

const sound = (name) => new Audio(new URL(`../sound/${name}.wav`, import.meta.url));

export class Alarm {
  constructor() {
    this.alarm = sound("alarm");
    this.answered = sound("answered");
    this.repeating = null;
    this.button = byId("sound");
    this.button.addEventListener("click", () => this.toggle());
    this.on = localStorage.getItem(KEPT) === "on";
    this.draw();
  }

  /** Pressing the button is the gesture that browsers ask for before a page may sound. */
  toggle() {
    this.on = !this.on;
    localStorage.setItem(KEPT, this.on ? "on" : "off");
    this.draw();
    if (!this.on) return;
    this.play(this.answered);
    if ("Notification" in window && Notification.permission === "default") {
      Notification.requestPermission();
    }
  }

  draw() {
    this.button.textContent = say(this.on ? "web.board.sound_on" : "web.board.sound_off");
    this.button.classList.toggle("is-on", this.on);
  }

  /** Told after each change how many nobody has: the alarm repeats while there are any. */
  watch(untaken) {
    if (untaken && !this.repeating) this.ring();
    if (untaken) return;
    clearInterval(this.repeating);
    this.repeating = null;
  }

  /** At once, and again a minute from here. */
  ring() {
    clearInterval(this.repeating);
    this.repeating = setInterval(() => this.ring(), AGAIN);
    this.play(this.alarm);
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      // No name and no place: a notice stands on locked screens.
      new Notification(say("web.notice.title"), { body: say("web.notice.body"), tag: "untaken" });
    }
  }

  soften() {
    this.play(this.answered);
  }

  async play(audio) {
    if (!this.on) return;
    audio.currentTime = 0;
    try {
      await audio.play();
    } catch (refusal) {
      if (refusal.name === "AbortError") return;
      this.on = false; // the browser waits for a gesture: the button says so
      this.draw();
    }
  }
}
