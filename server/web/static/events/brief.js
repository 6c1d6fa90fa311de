// The brief: written by anybody, live for everybody, and nobody writes over what they have not read.

import { Problem } from "../board/api.js";
import { now } from "../board/clock.js";
import { byId } from "../board/element.js";
import { clock, say } from "../board/words.js";
import { problemWords } from "../staff/frame.js";
import * as calls from "./calls.js";

export class Brief {
  /** `onSaved(event)` with the event as it stands then; `onStale()` where it must be read again. */
  constructor({ onSaved, onStale }) {
    Object.assign(this, { onSaved, onStale });
    this.id = null;
    this.known = null; // the version that this person has seen
    this.form = byId("brief");
    this.form.addEventListener("input", () => this.offer());
    this.form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.save();
    });
    byId("theirs-use").addEventListener("click", () => {
      this.fill(this.known);
      byId("brief-text").focus();
    });
  }

  show(event) {
    const { brief } = event;
    const another = event.id !== this.id;
    this.id = event.id;
    this.form.hidden = !brief;
    byId("brief-closed").hidden = Boolean(brief);
    byId("brief-by").textContent = brief?.version
      ? say("events.brief.by", { name: brief.by ?? "", time: clock(brief.at, now()) }) : "";
    if (!brief) return;
    if (another || !this.isChanged()) this.fill(brief);
    else if (brief.version > this.known.version) this.showTheirs(brief);
  }

  isChanged() {
    return this.known !== null &&
      (byId("brief-name").value !== this.known.name || byId("brief-text").value !== this.known.text);
  }

  fill(brief) {
    this.known = brief;
    if (byId("brief-name").value !== brief.name) byId("brief-name").value = brief.name;
    if (byId("brief-text").value !== brief.text) byId("brief-text").value = brief.text;
    byId("theirs").hidden = true;
    this.complain("");
    this.offer();
  }

  /** Their words stand beside one's own, and are so read; one's own are kept. */
  showTheirs(brief) {
    this.known = brief;
    byId("theirs-by").textContent = say("events.brief.theirs", { name: brief.by ?? "" });
    byId("theirs-text").textContent = [brief.name, brief.text].filter(Boolean).join("\n");
    byId("theirs").hidden = false;
    this.offer();
  }

  offer() {
    byId("brief-save").disabled = !this.isChanged();
  }

  async save() {
    const words = {
      name: byId("brief-name").value.trim(), text: byId("brief-text").value, version: this.known.version,
    };
    byId("brief-save").disabled = true;
    try {
      const event = await calls.brief(this.id, words);
      this.fill(event.brief);
      this.onSaved(event);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.offer();
      this.complain(problemWords(problem));
      if (problem.status === 409) this.onStale();
    }
  }

  complain(words) {
    this.form.querySelector(".error").textContent = words;
  }
}
