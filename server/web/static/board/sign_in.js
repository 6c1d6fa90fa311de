// Signing in: a password, and what an account may need beside it.

import * as api from "./api.js";
import { byId } from "./element.js";
import * as passkey from "./passkey.js";
import { say } from "./words.js";

const WORDS = { 401: "web.sign_in.wrong", 429: "web.sign_in.wait" };

export class SignIn {
  /** `onSignedIn(session)` once the server has let somebody in. */
  constructor(onSignedIn) {
    this.onSignedIn = onSignedIn;
    this.form = byId("sign-in-form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.attempt(() => this.typed());
    });
    byId("use-passkey").hidden = !passkey.canAnswer();
    byId("use-passkey").addEventListener("click", () => {
      if (this.form.reportValidity()) this.attempt(() => this.touched());
    });
  }

  show(problem) {
    byId("sign-in").hidden = false;
    byId("email").focus();
    if (problem && problem.status !== 401) this.tell(problem);
  }

  typed() {
    const { totp, recovery } = this.form;
    if (recovery.value) return { recovery_code: recovery.value };
    return totp.value ? { totp: totp.value } : {};
  }

  async touched() {
    const options = await api.passkeyChallenge();
    return { passkey: await passkey.answered(options) };
  }

  async attempt(factor) {
    const { email, password } = this.form;
    byId("sign-in-error").textContent = "";
    this.busy(true);
    try {
      const session = await api.signIn(email.value, password.value, await factor());
      this.form.reset();
      await this.onSignedIn(session);
    } catch (problem) {
      if (problem instanceof DOMException) byId("sign-in-error").textContent = say("web.passkey.failed");
      else if (problem instanceof api.Problem) this.tell(problem);
      else throw problem;
    } finally {
      this.busy(false);
    }
  }

  /** No answer says what was wrong, so the second step is asked of everybody. */
  tell(problem) {
    byId("sign-in-error").textContent = say(WORDS[problem.status] ?? "web.problem.offline");
    if (problem.status !== 401) return;
    const first = byId("second").hidden;
    byId("second").hidden = false;
    this.form.totp.value = "";
    (first ? this.form.password : this.form.totp).focus();
  }

  busy(is) {
    for (const button of this.form.querySelectorAll("button")) button.disabled = is;
  }
}
