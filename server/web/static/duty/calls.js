// The rota's part of the API, and what its refusals are called.

import { call, Problem } from "../board/api.js";
import { byId } from "../board/element.js";
import { say } from "../board/words.js";
import { problemWords } from "../staff/frame.js";

const office = (id, what) => `/v1/offices/${encodeURIComponent(id)}/${what}`;
const FIELDS = [
  [/^\/zone$/, "duty.problem.zone"],
  [/^\/areas\/\d+\/code$/, "duty.problem.code"],
  [/^\//, "duty.problem.field"],
];

export const read = (id, what) => call("GET", office(id, what));
export const write = (id, what, body) => call("PUT", office(id, what), body);
export const onShift = async () => (await call("GET", "/v1/shift")).on_duty;
export const lastShifts = async () => (await call("GET", "/v1/shift/since")).shifts;
export const colleagues = async () => (await call("GET", "/v1/staff")).staff;

export function tell(key) {
  byId("refused").textContent = "";
  byId("said").textContent = key ? say(key) : "";
}

/** Runs a step; where the server refuses it, says so in words. Whether it was done. */
export async function attempt(work, own = {}) {
  tell("");
  try {
    await work();
    return true;
  } catch (problem) {
    byId("refused").textContent = wordsOf(problem, own);
    byId("refused").scrollIntoView({ block: "nearest" });
    return false;
  }
}

function wordsOf(problem, own) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status in own) return say(own[problem.status]);
  const field = problem.status === 422 && FIELDS.find(([pattern]) => pattern.test(problem.pointer));
  return field ? say(field[1]) : problemWords(problem);
}
