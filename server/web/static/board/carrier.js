// Why a text did not arrive, in the words of someone who must decide what to do next.

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
};

export const reason = (code) =>
  code in REASONS ? say(REASONS[code]) : say("web.reason.other", { code: code ?? "–" });

const DELIVERIES = {
  queued: "web.delivery.queued",
  sending: "web.delivery.sending",
  sent: "web.delivery.sent",
  delivered: "web.delivery.delivered",
  failed: "web.delivery.failed",
  undelivered: "web.delivery.undelivered",
  unknown: "web.delivery.unknown",
};

export const deliveryWord = (state) => (state in DELIVERIES ? say(DELIVERIES[state]) : state);
