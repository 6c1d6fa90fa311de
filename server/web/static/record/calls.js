// The record's part of the API, and what its refusals are called.

import { Problem, call } from "../board/api.js";
import { heard } from "../board/clock.js";
import { byId } from "../board/element.js";
import { say } from "../board/words.js";

const PATIENCE = 90_000; // ms; a document of many pages takes some seconds, and may wait its turn
const WORDS = {
  0: "record.problem.offline", 403: "record.problem.forbidden", 404: "record.problem.unknown",
  409: "record.problem.changed", 422: "record.problem.period",
};

const appeal = (id) => `/v1/urgent-actions/${encodeURIComponent(id)}`;
const ofExport = (id, step) => `/v1/exports/${encodeURIComponent(id)}/${step}`;

export const exports = () => call("GET", "/v1/exports");
export const ask = (wish) => call("POST", "/v1/exports", wish);
export const decide = (id, step) => call("POST", ofExport(id, step), {});
export const statistics = (query) => call("GET", `/v1/statistics?${query}`);
export const appeals = async () => (await call("GET", "/v1/urgent-actions")).urgent_actions;
export const readAppeal = (id) => call("GET", appeal(id));
export const draftAppeal = (incident, locale) =>
  call("POST", `/v1/incidents/${encodeURIComponent(incident)}/urgent-actions`, { locale });
export const saveAppeal = (id, words) => call("PUT", appeal(id), words);
export const submitAppeal = (id) => call("POST", `${appeal(id)}/submit`, {});
export const confirmAppeal = (id, number) => call("POST", `${appeal(id)}/confirm`, { number });

/** Fetches the file of an export and hands it to the browser to save. */
export async function fetchFile(id) {
  let response;
  try {
    response = await fetch(ofExport(id, "file"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (failure) {
    throw new Problem(0, String(failure));
  }
  heard(response);
  if (!response.ok) throw new Problem(response.status);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))[1];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Words for people; `own`: what this page calls a status here. */
export function problemWords(problem, own = {}) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) location.assign("/");
  return say(own[problem.status] ?? WORDS[problem.status] ?? "record.problem.failed");
}

export function tell(key) {
  byId("refused").textContent = "";
  byId("said").textContent = key ? say(key) : "";
}

export function complain(words) {
  byId("said").textContent = "";
  byId("refused").textContent = words;
  byId("refused").scrollIntoView({ block: "nearest" });
}
