// The frame of a staff page: who is signed in, the way out, and what a problem is called.

import * as api from "../board/api.js";
import { byId } from "../board/element.js";
import { say } from "../board/words.js";

const WORDS = {
  0: "web.problem.offline", 403: "web.problem.forbidden", 409: "web.problem.conflict",
};

/** The session; whoever has none is sent to sign in. The page is shown once it is known. */
export async function signedIn() {
  byId("sign-out").addEventListener("click", async () => {
    await api.signOut();
    location.assign("/");
  });
  try {
    const session = await api.session();
    if (session.must_enrol) location.assign("/account");
    byId("office").textContent = session.staff.office_name;
    byId("staff").textContent = session.staff.name;
    document.querySelector("main").hidden = false;
    return session;
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    location.assign("/");
    return new Promise(() => {}); // the page is being left
  }
}

/** What to say of a problem of the API: words for people, never the server's own. */
export function problemWords(problem) {
  if (!(problem instanceof api.Problem)) throw problem;
  if (problem.status === 401) location.assign("/");
  return say(WORDS[problem.status] ?? "web.problem.other");
}
