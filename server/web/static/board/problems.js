// What to say where the server refused a step.

import { say } from "./words.js";

const PROBLEMS = {
  0: "web.problem.offline",
  401: "web.problem.signed_out",
  403: "web.problem.forbidden",
  404: "web.problem.gone",
  409: "web.problem.conflict",
};

export const problemWords = (problem) => say(PROBLEMS[problem.status] ?? "web.problem.other");
