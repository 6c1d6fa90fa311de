// The alerts of one's own offices in a table: chosen by boxes, moved through by j, k and x.

import { isOver, isUntaken } from "../board/incidents.js";
import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import { answers } from "../board/list.js";
import { latin, lettersAreOn } from "../board/keys.js";
import { glyph, outcomeWord, stateWords } from "../board/look.js";
import { anyOpen } from "../board/dialogs.js";
import { whenFree } from "../board/pointer.js";
import { clock, coordinates, full, say } from "../board/words.js";

const TYPING = "input:not([type=checkbox]), textarea, select, canvas";

export class Members {
  /** `onChosen()` when the choice has changed. */
  constructor({ onChosen }) {
    this.onChosen = onChosen;
    this.all = [];
    this.chosen = new Set();
    this.opened = null;
    this.paint = () => this.repaint();
    byId("all").addEventListener("change", ({ target }) => this.choose(this.all, target.checked));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  show(incidents) {
    this.all = [...incidents].sort((one, other) =>
      isOver(one) - isOver(other) || isUntaken(other) - isUntaken(one) ||
      one.opened_at.localeCompare(other.opened_at) || one.id.localeCompare(other.id));
    whenFree(this.paint);
  }

  /** Those that were chosen, also where none of them is here any more; or all that are open. */
  meant() {
    return this.chosen.size
      ? this.all.filter(({ id }) => this.chosen.has(id)) : this.all.filter((one) => !isOver(one));
  }

  choose(incidents, on) {
    const here = this.all.filter(({ id }) => this.chosen.has(id));
    this.chosen = new Set(here.map(({ id }) => id));
    for (const { id } of incidents) this.chosen[on ? "add" : "delete"](id);
    this.repaint();
    this.onChosen();
  }

  /** The one that was pressed on the map. */
  open(id) {
    this.opened = id;
    this.repaint();
    this.box(id)?.focus();
  }

  box(id) {
    return byId("rows").querySelector(`[data-focus="box ${CSS.escape(id)}"]`);
  }

  repaint() {
    const every = this.all.length > 0 && this.all.every(({ id }) => this.chosen.has(id));
    byId("all").checked = every;
    byId("all").indeterminate = this.chosen.size > 0 && !every;
    swap(byId("rows"), this.all.map((incident) => this.row(incident)));
  }

  row(incident) {
    const { id, code, position } = incident;
    const chosen = this.chosen.has(id);
    const name = incident.activist ?? say("web.incident.unreadable");
    const classes = [chosen && "is-chosen", id === this.opened && "is-open"].filter(Boolean).join(" ");
    return h("tr", { class: classes || null, "data-id": id },
      h("td", {}, h("input", {
        type: "checkbox", checked: chosen, "data-focus": `box ${id}`,
        "aria-label": say("events.members.choose", { name, code }),
        onchange: ({ target }) => this.choose([incident], target.checked),
      })),
      h("th", { scope: "row" }, h("a", { href: `/#i=${id}`, "data-focus": `open ${id}` },
        h("bdi", {}, name), " ", h("bdi", { class: "code", dir: "ltr" }, code))),
      h("td", {}, h("div", { class: "stands" }, glyph(incident, now(), 36), h("span", {}, state(incident)))),
      h("td", {}, position
        ? h("bdi", { class: "where", dir: "ltr" }, coordinates(position)) : say("web.place.none")),
      h("td", {}, isOver(incident) ? "" : answers(incident)),
      h("td", {}, h("time", { datetime: incident.opened_at, title: full(incident.opened_at) },
        clock(incident.opened_at, now()))));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || anyOpen() || event.target.closest(TYPING)) return;
    if (!lettersAreOn()) return;
    const letter = latin(event);
    const step = { j: 1, k: -1 }[letter];
    if (step) this.step(step);
    else if (letter === "x") this.current()?.click();
    else return;
    event.preventDefault();
  }

  current() {
    return document.activeElement?.closest("#rows tr")?.querySelector("input") ?? null;
  }

  step(by) {
    const boxes = [...byId("rows").querySelectorAll("input")];
    const place = boxes.indexOf(this.current());
    boxes[place < 0 ? 0 : Math.min(boxes.length - 1, Math.max(0, place + by))]?.focus();
  }
}

/** What is proposed stands before what is: a colleague waits for a second person. */
function state(incident) {
  if (!incident.proposal) return stateWords(incident, now());
  const { by, outcome } = incident.proposal;
  return say("events.members.proposed", { name: by.name ?? "", outcome: outcomeWord(outcome) });
}
