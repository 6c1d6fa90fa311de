// The server's JSON about mass events, one function a call.

import { call } from "../board/api.js";

const MOST = 200; // incidents that one request names

const path = (id, what = "") => `/v1/events/${encodeURIComponent(id)}${what}`;

export const list = () => call("GET", "/v1/events");
export const begin = (incidents) => call("POST", "/v1/events", { incidents });
export const join = (id, incidents) => call("POST", path(id, "/join"), { incidents });
export const split = (id, incidents) => call("POST", path(id, "/split"), { incidents });
export const brief = (id, words) => call("PUT", path(id, "/brief"), words);

/** An event with all of its alerts, page after page. */
export async function whole(id) {
  const event = await call("GET", path(id));
  const { incidents } = event;
  for (let { next } = event; next;) {
    const page = await call("GET", path(id, `?after=${encodeURIComponent(next)}`));
    incidents.push(...page.incidents);
    ({ next } = page);
  }
  return { ...event, incidents };
}

/** The same for each of these, a part at a time; {done, failed} of all. */
export async function each(id, what, body, incidents) {
  const came = { done: [], failed: [] };
  for (let start = 0; start < incidents.length; start += MOST) {
    const some = incidents.slice(start, start + MOST);
    const answer = await call("POST", path(id, `/${what}`), { ...body, incidents: some });
    came.done.push(...answer.done);
    came.failed.push(...answer.failed);
  }
  return came;
}

/** A colleague's proposals, by incident: {done, failed}. */
export const confirm = (id, proposals) => call("POST", path(id, "/confirm"), { proposals });
