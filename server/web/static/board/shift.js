// On and off shift: the sound is tried, notices are asked for, the screen is kept on.

import * as api from "./api.js";
import { now } from "./clock.js";
import { problemWords } from "./dialogs.js";
import { byId, h } from "./element.js";
import { clock, full, say } from "./words.js";

const NOTICES = {
  granted: "web.shift.notices_granted",
  denied: "web.shift.notices_denied",
  default: "web.shift.notices_default",
  none: "web.shift.notices_none",
};

export class Shift {
  /** `alarm`, `notices`, `awake` are made ready; `onStored()` once it begins or ends. */
  constructor({ alarm, notices, awake, me, onChange, onStored, onBegun, onSaid }) {
    Object.assign(this, { alarm, notices, awake, me, onChange, onStored, onBegun, onSaid });
    this.beganAt = null;
    this.onDuty = null; // not known yet
    this.button = byId("shift");
    this.dialog = byId("shift-dialog");
    this.button.addEventListener("click", () => this.press());
    byId("shift-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.end();
    });
    this.draw();
  }

  /** A page that was loaded anew goes on with the shift as it stands. */
  async load() {
    try {
      this.take(await api.shift());
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // the next sign of presence brings it
    }
  }

  press() {
    if (this.beganAt) this.open({ fresh: false });
    else this.begin();
  }

  /** In the very click: browsers let a page sound and ask only then. */
  async begin() {
    if (this.button.disabled) return;
    const sounded = this.alarm.start();
    const asked = this.notices.ask();
    const kept = this.awake.start();
    this.button.disabled = true;
    try {
      this.store(await api.beginShift());
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.onSaid(problemWords(problem));
      return;
    } finally {
      this.button.disabled = false;
    }
    await Promise.all([sounded, asked, kept]);
    this.open({ fresh: true });
    this.onBegun();
  }

  /** What this desk can do by itself, and what its officer must mend; later, how to hand over. */
  open({ fresh }) {
    const lines = [
      this.alarm.heard ? [true, "web.shift.sound_on"] : [false, "web.shift.sound_off"],
      [this.notices.state === "granted", NOTICES[this.notices.state]],
      this.awake.screen ? [true, "web.shift.screen_on"] : [false, "web.shift.screen_off"],
    ];
    byId("shift-since").textContent = say("web.shift.on", { time: clock(this.beganAt, now()) });
    byId("shift-ready").replaceChildren(...lines.map(([good, key]) =>
      h("li", { class: good ? "is-good" : "is-missing" }, say(key))));
    byId("shift-ending").hidden = fresh;
    byId("shift-end").hidden = fresh;
    byId("shift-error").textContent = "";
    this.dialog.showModal();
  }

  async end() {
    try {
      this.store(await api.endShift(byId("shift-note").value));
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      byId("shift-error").textContent = problemWords(problem);
      return;
    }
    byId("shift-note").value = "";
    this.dialog.close();
    this.onSaid(say("web.shift.ended"));
  }

  store(answer) {
    this.take(answer);
    this.onStored();
  }

  take({ began_at, on_duty }) {
    this.onDuty = on_duty;
    this.become(began_at);
  }

  /** As others are told of it; a shift that ended without a word is said to have. */
  hear(on_duty) {
    this.onDuty = on_duty;
    const own = on_duty.find(({ staff_id }) => staff_id === this.me);
    if (this.beganAt && !own) this.onSaid(say("web.shift.lapsed"));
    this.become(own?.began_at ?? null);
  }

  become(beganAt) {
    this.beganAt = beganAt;
    if (beganAt) this.awake.start();
    else this.awake.stop();
    this.draw();
    this.onChange();
  }

  draw() {
    this.button.textContent = this.beganAt
      ? say("web.shift.on", { time: clock(this.beganAt, now()) }) : say("web.shift.start");
    this.button.title = this.beganAt ? full(this.beganAt) : "";
    this.button.classList.toggle("is-on", Boolean(this.beganAt));
    byId("on-duty").textContent = this.onDuty?.length ? this.words() : "";
  }

  words() {
    return say("web.shift.who", { names: this.onDuty.map(({ name }) => name).join(", ") });
  }

  /** What stands where no alert does: who is on, or that nobody is. */
  empty() {
    if (this.onDuty === null) return null;
    if (this.onDuty.length) return h("p", {}, this.words());
    return h("p", {}, say("web.shift.nobody"));
  }
}
