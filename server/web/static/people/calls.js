// What the people's page asks the server for, one function a call.

import { call } from "../board/api.js";

const activist = (id) => `/v1/activists/${encodeURIComponent(id)}`;
const member = (id) => `/v1/staff/${encodeURIComponent(id)}`;
const drill = (id) => `/v1/drills/${encodeURIComponent(id)}`;

export const readiness = async () => (await call("GET", "/v1/readiness")).activists;
export const people = () => call("GET", "/v1/people");
export const addActivist = (wish) => call("POST", "/v1/activists", wish);
export const profile = (id) => call("GET", activist(id));
export const pairing = (id, wish) => call("POST", `${activist(id)}/pairing`, wish);
export const askAnew = (id) => call("POST", `${activist(id)}/invitations`, {});
export const revokePhone = (id, phone) => call("DELETE", `${activist(id)}/phones/${phone}`);
export const plan = (id) => call("GET", `${activist(id)}/plan`);
export const savePlan = (id, text) => call("PUT", `${activist(id)}/plan`, text);
export const addSection = (wish) => call("POST", "/v1/offices", wish);
export const invite = (wish) => call("POST", "/v1/staff", wish);
export const setRole = (id, role) => call("PATCH", member(id), { role });
export const grant = (id) => call("POST", `${member(id)}/grant`, {});
export const inviteAgain = (id) => call("POST", `${member(id)}/invitation`, {});
export const disable = (id) => call("POST", `${member(id)}/disable`, {});
export const endSessions = (id) => call("DELETE", `${member(id)}/sessions`);
export const drills = async () => (await call("GET", "/v1/drills")).drills;
export const callDrill = (way, activists) => call("POST", "/v1/drills", { way, activists });
export const report = (id) => call("GET", drill(id));
export const endDrill = (id) => call("POST", `${drill(id)}/end`, {});
