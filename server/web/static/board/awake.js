// Keeps the screen on and the tab loaded while somebody is on shift, where the browser can.

export class Awake {
  constructor() {
    this.wanted = false;
    this.screen = null;
    this.letGo = null;
    // The browser takes the lock back whenever the page is out of sight.
    document.addEventListener("visibilitychange", () => this.hold());
  }

  /** Whether the screen stays on. */
  start() {
    this.wanted = true;
    this.stayLoaded();
    return this.hold();
  }

  stop() {
    this.wanted = false;
    this.screen?.release();
    this.letGo?.();
    this.letGo = null;
  }

  async hold() {
    if (!this.wanted || !("wakeLock" in navigator)) return false;
    if (this.screen || document.hidden) return Boolean(this.screen);
    try {
      this.screen = await navigator.wakeLock.request("screen");
    } catch (refusal) {
      if (refusal.name !== "NotAllowedError") throw refusal; // as on a low battery
      return false;
    }
    this.screen.addEventListener("release", () => (this.screen = null));
    return true;
  }

  /** A tab that holds a lock is neither frozen nor unloaded to save memory. */
  stayLoaded() {
    if (this.letGo || !("locks" in navigator)) return;
    navigator.locks.request("candlewire.shift", { mode: "shared" },
      () => new Promise((done) => (this.letGo = done)));
  }
}
