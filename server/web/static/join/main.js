// Whoever was invited chooses a password. The code stands behind the # and reaches no log.

import { call, Problem } from "../board/api.js";
import { byId } from "../board/element.js";
import { say } from "../board/words.js";

const WORDS = { 0: "web.problem.offline", 404: "people.join.wrong", 429: "web.sign_in.wait" };

byId("code").value = location.hash.slice(1);
history.replaceState(null, "", "/join");
byId(byId("code").value ? "password" : "code").focus();

byId("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const submit = form.querySelector(".primary");
  byId("refused").textContent = "";
  submit.disabled = true;
  try {
    await call("POST", "/v1/invitations", {
      code: form.elements.code.value.trim(),
      password: form.elements.password.value,
    });
    form.hidden = true;
    byId("joined").hidden = false;
    byId("joined").focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    byId("refused").textContent = say(WORDS[problem.status] ?? "web.problem.other");
  } finally {
    submit.disabled = false;
  }
});
