// Why a text did not arrive, and what to do about it, in the words of someone who must decide.

import { say } from "./words.js";

const REASONS = {
  21211: "web.reason.bad_number",
  21614: "web.reason.bad_number",
  21635: "web.reason.landline",
  30006: "web.reason.landline",
  21610: "web.reason.opted_out",
  21408: "web.reason.country",
  30003: "web.reason.off",
  30005: "web.reason.unknown_number",
  30007: "web.reason.filtered",
  30034: "web.reason.sender",
  21611: "web.reason.queue",
  30001: "web.reason.queue",
  30036: "web.reason.queue",
  20003: "web.reason.account",
  20005: "web.reason.account",
  21606: "web.reason.account",
  21608: "web.reason.account",
};

export const reason = (code) =>
  code in REASONS ? say(REASONS[code]) : say("web.reason.other", { code: code ?? "–" });

// The reasons above say themselves what to do, but where the carrier gave none that is known.
export const mend = (code) => (code in REASONS ? "" : say("web.reason.other_mend"));

const DELIVERIES = {
  queued: "web.delivery.queued",
  sending: "web.delivery.sending",
  sent: "web.delivery.sent",
  delivered: "web.delivery.delivered",
  failed: "web.delivery.failed",
  undelivered: "web.delivery.undelivered",
  unknown: "web.delivery.unknown",
  dropped: "web.delivery.dropped",
};
const CALLS = {
  queued: "web.call.queued",
  sending: "web.call.sent",
  sent: "web.call.sent",
  delivered: "web.call.delivered",
  failed: "web.call.failed",
  undelivered: "web.call.undelivered",
  unknown: "web.call.sent",
  dropped: "web.delivery.dropped",
};

/** How far a text got, or with `kind` "call" a call. */
export function deliveryWord(state, kind = "") {
  const words = kind === "call" ? CALLS : DELIVERIES;
  return state in words ? say(words[state]) : state;
}

export const isFailed = (state) => ["failed", "undelivered"].includes(state);
