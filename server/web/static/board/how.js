// By what the office knows that somebody is safe.

import { say } from "./words.js";

export const HOWS = {
  voice_and_word: "web.how.voice_and_word",
  in_person: "web.how.in_person",
  lawyer: "web.how.lawyer",
  family: "web.how.family",
  contact: "web.how.contact",
  other: "web.how.other",
};

export const howWord = (how) => say(HOWS[how]);
