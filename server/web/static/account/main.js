// Somebody's own account: what signs them in, and where they are signed in.

import * as api from "../board/api.js";
import { now } from "../board/clock.js";
import { byId, h, swap } from "../board/element.js";
import * as passkey from "../board/passkey.js";
import { clock, say } from "../board/words.js";

const WORDS = {
  0: "web.problem.offline", 403: "web.problem.forbidden", 409: "web.account.last",
  429: "web.sign_in.wait",
};
const FIELDS = { "/code": "web.account.app_wrong", "/password": "web.account.password_wrong" };

const time = (at) => clock(at, now());

/** Runs a step, says what came of it, and shows the account as it is then. */
async function step(work, done) {
  byId("said").textContent = "";
  byId("refused").textContent = "";
  try {
    const answer = await work();
    await show();
    byId("said").textContent = say(done);
    if (answer?.recovery_codes?.length) showCodes(answer.recovery_codes);
  } catch (problem) {
    refused(problem);
  }
}

function refused(problem) {
  if (problem instanceof DOMException) {
    byId("refused").textContent = say("web.passkey.failed");
    return;
  }
  if (!(problem instanceof api.Problem)) throw problem;
  if (problem.status === 401) location.assign("/");
  byId("refused").textContent =
    say(FIELDS[problem.pointer] ?? WORDS[problem.status] ?? "web.problem.other");
}

async function show() {
  const [session, account] = await Promise.all([api.session(), api.account()]);
  byId("office").textContent = session.staff.office_name;
  byId("staff").textContent = session.staff.name;
  byId("needed").hidden = !session.must_enrol;
  for (const id of ["back", "rest", "password"]) byId(id).hidden = session.must_enrol;
  showApp(account);
  showPasskeys(account);
  byId("codes").hidden = session.must_enrol || !(account.totp || account.passkeys.length);
  byId("codes-left").textContent = say("web.account.codes_left", { count: account.recovery_codes });
  showSessions(account);
  document.querySelector("main").hidden = false;
}

function showApp({ totp }) {
  byId("app-state").textContent = say(totp ? "web.account.app_on" : "web.account.app_off");
  byId("app-state").className = `pill mark-${totp ? "safe" : "mute"}`;
  byId("app-begin").textContent = say(totp ? "web.account.app_again" : "web.account.app_begin");
  byId("app-remove").hidden = !totp;
  byId("app-form").hidden = true;
}

function showPasskeys({ passkeys }) {
  byId("passkeys-none").hidden = passkeys.length > 0;
  byId("passkey-host").hidden = passkey.canAnswer();
  byId("passkey-form").hidden = !passkey.canAnswer();
  swap(byId("passkeys"), passkeys.map((one) =>
    h("li", {},
      h("p", {}, h("strong", {}, h("bdi", {}, one.name)), [
        say("web.account.added", { time: time(one.created_at) }),
        one.used_at && say("web.account.used", { time: time(one.used_at) }),
      ].filter(Boolean).join(" · ")),
      h("button", {
        type: "button",
        "aria-label": say("web.account.remove_it", { name: one.name }),
        onclick: () => step(() => api.removePasskey(one.id), "web.account.removed"),
      }, say("web.account.remove")))));
}

function showSessions({ sessions }) {
  byId("sessions-end").hidden = sessions.length < 2;
  swap(byId("sessions"), sessions.map((one) => {
    const name = one.device || say("web.account.session_unknown");
    return h("li", {},
      h("p", {}, h("strong", {}, h("bdi", {}, name), one.network && " · ", h("bdi", {}, one.network)), [
        say("web.account.session_since", { time: time(one.created_at) }),
        say("web.account.session_seen", { time: time(one.seen_at) }),
      ].join(" · ")),
      one.current
        ? h("span", { class: "pill mark-safe" }, say("web.account.session_here"))
        : h("button", {
          type: "button",
          "aria-label": say("web.account.session_end_it", { name }),
          onclick: () => step(() => api.endSession(one.id), "web.account.ended"),
        }, say("web.account.session_end")));
  }));
}

function showCodes(codes) {
  swap(byId("fresh-codes"), codes.map((code) => h("li", {}, code)));
  byId("codes-shown").hidden = false;
  byId("codes-shown").focus();
}

async function offerApp() {
  try {
    const offer = await api.offerApp();
    byId("app-picture").src = offer.picture;
    byId("app-key").textContent = offer.secret.match(/.{1,4}/g).join(" ");
    byId("app-form").reset();
    byId("app-form").hidden = false;
    byId("app-code").focus();
  } catch (problem) {
    refused(problem);
  }
}

function submits(id, work, done) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    step(async () => {
      const answer = await work(form);
      form.reset();
      return answer;
    }, done);
  });
}

function connect() {
  byId("app-begin").addEventListener("click", offerApp);
  byId("app-remove").addEventListener("click", () => step(api.removeApp, "web.account.removed"));
  submits("app-form", (form) => api.confirmApp(form.code.value), "web.account.set_up");
  submits("passkey-form", async (form) => {
    const options = await api.newPasskeyChallenge();
    return api.addPasskey(await passkey.made(options, form.name.value));
  }, "web.account.set_up");
  byId("codes-new").addEventListener("click", () => step(api.newRecoveryCodes, "web.account.set_up"));
  byId("codes-done").addEventListener("click", () => {
    byId("codes-shown").hidden = true;
    byId("fresh-codes").replaceChildren();
  });
  byId("sessions-end").addEventListener("click", () =>
    step(api.endOtherSessions, "web.account.ended"));
  submits("password-form", (form) => api.changePassword(form.now.value, form.fresh.value),
    "web.account.password_done");
  byId("sign-out").addEventListener("click", async () => {
    await api.signOut();
    location.assign("/");
  });
}

connect();
show().catch(refused);
