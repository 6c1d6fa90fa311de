// Offices as a tree, and their staff: invited, granted, sent away.

import { byId, h, swap } from "../board/element.js";
import { say } from "../board/words.js";
import { ask, step, sure, told } from "./asking.js";
import * as calls from "./calls.js";

const MARKS = { invited: "waiting", accepted: "waiting", active: "safe", disabled: "mute" };

export class Offices {
  constructor({ administrator, onChange }) {
    Object.assign(this, { administrator, onChange, offices: [] });
    byId("found").addEventListener("click", () => this.addSection());
    byId("invite").addEventListener("click", () => this.inviteSomebody());
  }

  show({ offices, staff }) {
    this.offices = inOrder(offices);
    swap(byId("tree"), this.offices.map((office) => h("li", { class: `depth-${Math.min(office.depth, 4)}` },
      h("p", {}, h("strong", {}, h("bdi", {}, office.name)), say("people.office.count", { count: office.activists })),
      office.readable && h("span", { class: "pill mark-safe" }, say("people.office.readable")))));
    const names = new Map(offices.map(({ id, name }) => [id, name]));
    swap(byId("members"), staff.map((one) => this.member(one, names.get(one.office))));
  }

  /** Fills a select with the offices there are. */
  offer(id) {
    byId(id).replaceChildren(...this.offices.map((office) => h("option", { value: office.id }, office.name)));
  }

  member(one, office) {
    const about = [office, say(`people.role.${one.role}`),
      one.sessions > 0 && say("people.staff.sessions", { count: one.sessions })].filter(Boolean);
    return h("li", {},
      h("p", {}, h("strong", {}, h("bdi", {}, one.name)), about.join(" · ")),
      h("span", { class: `pill mark-${MARKS[one.state]}` }, say(`people.state.${one.state}`)),
      one.you && h("span", { class: "pill" }, say("people.staff.you")),
      this.administrator && !one.you && this.deeds(one));
  }

  deeds(one) {
    const other = one.role === "administrator" ? "responder" : "administrator";
    const here = one.state !== "disabled";
    return h("details", { class: "deeds" },
      h("summary", { "aria-label": `${say("people.staff.change")}: ${one.name}` }, say("people.staff.change")),
      h("div", { class: "row" },
        one.state === "accepted" && this.deed("grant", one, () => calls.grant(one.id)),
        here && this.deed(`make_${other}`, one, () => calls.setRole(one.id, other)),
        one.sessions > 0 && this.deed("end", one, () => calls.endSessions(one.id)),
        this.deed("again", one, async () => this.showCode(one.name, await calls.inviteAgain(one.id))),
        here && this.deed("disable", one, async () => {
          const { readers_left } = await calls.disable(one.id);
          return say("people.staff.left", { count: readers_left });
        })));
  }

  /** A step that is asked about first; what `work` answers is said instead of "done". */
  deed(name, one, work) {
    const title = say(`people.staff.${name}`);
    return h("button", { type: "button", onclick: () =>
      sure(title, `${one.name}. ${say(`people.staff.${name}_about`)}`, async () => {
        const words = await work();
        await this.onChange();
        told(words ?? say("people.sure.done"));
      }) }, title);
  }

  addSection() {
    this.offer("new-section-parent");
    ask("new-section", async (wish) => {
      await calls.addSection(wish);
      await this.onChange();
      told(say("people.sure.done"));
    });
  }

  inviteSomebody() {
    this.offer("new-member-office");
    ask("new-member", async (wish) => {
      this.showCode(wish.name, await calls.invite(wish));
      await step(this.onChange, "");
    });
  }

  showCode(name, { code }) {
    const address = `${location.origin}/join#${code}`;
    swap(byId("invitation"),
      h("p", {}, say("people.staff.code", { name })),
      h("code", { dir: "ltr" }, address),
      h("button", { type: "button", onclick: () => {
        byId("invitation").hidden = true;
        byId("invitation").replaceChildren();
      } }, say("people.pair.hide")));
    byId("invitation").hidden = false;
    setTimeout(() => byId("invitation").focus());
  }
}

/** Each office below the one above it, with how deep it stands. */
function inOrder(offices, parent = null, depth = 0) {
  return offices.filter(({ parent_id }) => parent_id === parent)
    .flatMap((office) => [{ ...office, depth }, ...inOrder(offices, office.id, depth + 1)]);
}
