// Notices on the desktop: a code and "untaken alert", for they stand on locked and watched screens.

import { say } from "./words.js";

const NAMED = 3; // codes in one notice

export class Notices {
  /** granted, denied, default (not asked yet), or none where the browser has no notices. */
  get state() {
    return "Notification" in window ? Notification.permission : "none";
  }

  async ask() {
    if (this.state === "default") await Notification.requestPermission();
    return this.state;
  }

  untaken(incidents) {
    if (!incidents.length) return;
    const codes = incidents.slice(0, NAMED).map(({ kind, code }) =>
      kind === "drill" ? `${say("web.word.drill")} ${code}` : code).join(", ");
    const rest = incidents.length - NAMED;
    this.show("untaken", say("web.notice.title"),
      rest > 0 ? say("web.notice.more", { codes, count: rest }) : codes);
  }

  /** One notice a tag: the next takes its place and is announced again. */
  show(tag, title, body = "") {
    const looking = !document.hidden && document.hasFocus();
    if (looking || this.state !== "granted") return;
    const { lang, dir } = document.documentElement;
    try {
      const notice = new Notification(title, { body, tag, renotify: true, lang, dir });
      notice.onclick = () => {
        window.focus();
        notice.close();
      };
    } catch (refusal) {
      if (!(refusal instanceof TypeError)) throw refusal; // phones allow them to service workers alone
    }
  }
}
