// Questions before a step, and what is said after it.

import { byId } from "../board/element.js";
import { say } from "../board/words.js";
import { problemWords } from "../staff/frame.js";

const FIELDS = {
  "/email": "people.problem.email",
  "/duress": "people.problem.codes",
  "/timezone": "people.problem.timezone",
};

/** What to say of a problem, by the field it names where there is one. */
export function refusal(problem) {
  const known = FIELDS[problem.pointer]
    ?? (/\/phone$/.test(problem.pointer ?? "") ? "people.problem.number" : null)
    ?? (/\/pin$/.test(problem.pointer ?? "") ? "people.problem.pin" : null);
  return known ? say(known) : problemWords(problem);
}

export function told(words) {
  byId("refused").textContent = "";
  byId("said").textContent = words;
}

/** Runs a step; what goes wrong is said above the page. Whether it went well. */
export async function step(work, done = say("people.sure.done")) {
  byId("said").textContent = "";
  byId("refused").textContent = "";
  try {
    await work();
    if (done) told(done);
    return true;
  } catch (problem) {
    byId("refused").textContent = refusal(problem);
    byId("refused").scrollIntoView({ block: "nearest" });
    return false;
  }
}

let asked = 0; // questions so far: an answer that comes late is about an earlier one

/** Opens a dialog with a form; `send(answers)` is the step. Closed once it went well; where another
 * question stands there by then, that one is left alone. */
export function ask(id, send, about = null) {
  const dialog = byId(id);
  const form = dialog.querySelector("form");
  const complaint = dialog.querySelector(".error");
  const submit = form.querySelector(".primary");
  const turn = ++asked;
  const isAsked = () => dialog.open && turn === asked;
  submit.disabled = false;
  form.reset();
  complaint.textContent = "";
  if (about !== null) dialog.querySelector(".about").textContent = about;
  dialog.querySelector(".cancel").onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)));
      if (isAsked()) dialog.close();
    } catch (problem) {
      (isAsked() ? complaint : byId("refused")).textContent = refusal(problem);
    } finally {
      if (isAsked()) submit.disabled = false;
    }
  };
  dialog.showModal();
}

/** "Revoke: Ana": whether to go on. */
export function sure(title, about, send) {
  byId("sure-title").textContent = title;
  ask("sure", send, about);
}
