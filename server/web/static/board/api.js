// The server's JSON, one function a call; what goes wrong arrives as a Problem.

import { heard } from "./clock.js";

const PATIENCE = 20_000; // ms; a hung request must not leave a button waiting for ever

export class Problem extends Error {
  /** `status` is 0 where no answer came. */
  constructor(status, detail = "", pointer = null) {
    super(detail);
    this.status = status;
    this.pointer = pointer;
  }
}

export async function call(method, path, body) {
  const request = { method, headers: {}, signal: AbortSignal.timeout(PATIENCE) };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  let answer;
  try {
    response = await fetch(path, request);
    answer = response.status === 204 ? null : await response.json();
  } catch (failure) {
    throw new Problem(response && !response.ok ? response.status : 0, String(failure));
  }
  heard(response);
  if (!response.ok) throw new Problem(response.status, answer?.detail, answer?.pointer);
  return answer;
}

const incident = (id) => `/v1/incidents/${encodeURIComponent(id)}`;

export const session = () => call("GET", "/v1/session");
export const signIn = (email, password, factor) =>
  call("POST", "/v1/session", { email, password, ...factor });
export const passkeyChallenge = () => call("POST", "/v1/session/challenge", {});
export const signOut = () => call("DELETE", "/v1/session");
export const account = () => call("GET", "/v1/account");
export const offerApp = () => call("POST", "/v1/account/totp", {});
export const confirmApp = (code) => call("PUT", "/v1/account/totp", { code });
export const removeApp = () => call("DELETE", "/v1/account/totp");
export const newPasskeyChallenge = () => call("POST", "/v1/account/passkeys/challenge", {});
export const addPasskey = (made) => call("POST", "/v1/account/passkeys", made);
export const removePasskey = (id) => call("DELETE", `/v1/account/passkeys/${encodeURIComponent(id)}`);
export const newRecoveryCodes = () => call("POST", "/v1/account/recovery-codes", {});
export const endSession = (id) => call("DELETE", `/v1/account/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = () => call("DELETE", "/v1/account/sessions");
export const changePassword = (password, new_password) =>
  call("PUT", "/v1/account/password", { password, new_password });
export const colleagues = async () => (await call("GET", "/v1/staff")).staff;
/** To whom an alert can be handed over. */
export const successors = async (id) =>
  (await call("GET", `/v1/staff?incident=${encodeURIComponent(id)}`)).staff;
export const watch = () => call("GET", "/v1/watch");
export const shift = () => call("GET", "/v1/shift");
export const beginShift = () => call("POST", "/v1/shift", {});
export const endShift = (note) => call("POST", "/v1/shift/end", { note });
export const since = () => call("GET", "/v1/shift/since");
export const presence = (board, incident_id, seen) =>
  call("PUT", "/v1/presence", { board, incident_id, seen });
/** As the page is left: the request outlives it. Lost, the server forgets the board by itself. */
export const leavePresence = (board) =>
  fetch(`/v1/presence/${encodeURIComponent(board)}`, { method: "DELETE", keepalive: true })
    .catch(() => null);
export const read = (id) => call("GET", incident(id));
export const take = (id) => call("POST", `${incident(id)}/acknowledge`, {});
export const officesFor = async (id) => (await call("GET", `${incident(id)}/office`)).offices;
export const changeOffice = (id, office_id, reason) =>
  call("POST", `${incident(id)}/office`, { office_id, reason });
export const note = (id, text) => call("POST", `${incident(id)}/notes`, { text });
export const assign = (id, staff_id) => call("POST", `${incident(id)}/assign`, { staff_id });
export const close = (id, outcome, reason, how = null) =>
  call("POST", `${incident(id)}/close`, { outcome, reason, how });
export const confirmClose = (id, proposal) => call("POST", `${incident(id)}/close/confirm`, { proposal });
export const refuseClose = (id, proposal, reason) =>
  call("POST", `${incident(id)}/close/refuse`, { proposal, reason });
export const casework = (id, outcome, reference, reason) =>
  call("POST", `${incident(id)}/casework`, { outcome, reference, reason });
export const textContacts = (id, message, to, text) =>
  call("POST", `${incident(id)}/texts`, { id: message, to, text });
export const askToCheck = (id, message, to, text) =>
  call("POST", `${incident(id)}/welfare`, { id: message, to, text });
export const countTexts = (id, to, text, welfare) =>
  call("POST", `${incident(id)}/texts/count`, { to, text, welfare });
export const callContact = (id, place) => call("POST", `${incident(id)}/contacts/${place}/call`, {});
export const noteCall = (id, place, made) => call("POST", `${incident(id)}/contacts/${place}/called`, made);
export const plan = (activist) => call("GET", `/v1/activists/${encodeURIComponent(activist)}/plan`);
export const reopen = (id, reason) => call("POST", `${incident(id)}/reopen`, { reason });
export const revokeLink = (id, place) => call("DELETE", `${incident(id)}/contacts/${place}/link`);
export const release = (id) => call("POST", `${incident(id)}/release`, {});

/** One page of incidents: {incidents, next, seq}. */
export function page(states, after, limit = 100) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (states) query.set("state", states);
  if (after) query.set("after", after);
  return call("GET", `/v1/incidents?${query}`);
}
