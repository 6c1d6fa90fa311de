// What the server's operator must mend, over the whole width; how many texts the credit buys.

import * as api from "./api.js";
import { byId, h } from "./element.js";
import { amount, roughly, say } from "./words.js";

const WORDS = {
  texts_stuck: "web.watch.texts_stuck",
  claims_stuck: "web.watch.claims_stuck",
  releases_stuck: "web.watch.releases_stuck",
  job_late: "web.watch.job_late",
  relay_gone: "web.watch.relay_gone",
  database_failing: "web.watch.database_failing",
  carrier_refuses: "web.watch.carrier_refuses",
  carrier_unreachable: "web.watch.carrier_unreachable",
  way_down: "web.watch.way_down",
  setup_refused: "web.watch.setup_refused",
  sender_full: "web.watch.sender_full",
  texts_kept: "web.watch.texts_kept",
  credit_low: "web.watch.credit_low",
  probe_failed: "web.watch.probe_failed",
  operator_unreachable: "web.watch.operator_unreachable",
  watch_late: "web.watch.watch_late",
};

// With these alone an alert is still stored and sent.
const WARNINGS = new Set([
  "way_down", "setup_refused", "sender_full", "texts_kept", "credit_low", "probe_failed",
  "operator_unreachable", "watch_late",
]);

const EVERY = 15_000; // ms; the server itself looks as often

export class Watch {
  start() {
    this.look();
    setInterval(() => this.look(), EVERY);
  }

  /** Where nobody answers, the line above says so, and what was known last stays. */
  async look() {
    try {
      this.show(await api.watch());
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
    }
  }

  show({ conditions, credit }) {
    const shown = conditions.join();
    if (shown !== this.shown) {
      this.shown = shown;
      const words = conditions.map((condition) => h("li", {}, say(WORDS[condition])));
      byId("watch").hidden = words.length === 0;
      byId("watch").classList.toggle("broken", conditions.some((one) => !WARNINGS.has(one)));
      byId("watch").replaceChildren(h("ul", {}, words), h("p", {}, say("web.watch.told")));
    }
    byId("credit").textContent = credit ? left(credit) : "";
  }
}

function left({ amount: sum, currency, texts }) {
  if (texts !== null) return say("web.watch.texts_left", { count: roughly(texts) });
  return say("web.watch.credit", { amount: amount(sum), currency });
}
