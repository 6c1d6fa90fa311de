// What the board says: texts by key, times, ages, distances, all in the page's language.

const TEXTS = JSON.parse(document.getElementById("words").textContent);
const RIGHT_TO_LEFT = document.documentElement.dir === "rtl";
const LOCALE = `${document.documentElement.lang}-u-nu-latn`;
const DAY = 24 * 3600 * 1000;

/** The text of a key. In mixed directions each value is isolated, so that none swaps its parts. */
export function say(key, values = {}) {
  return TEXTS[key].replace(/\{(\w+)\}/g, (_, name) => isolated(String(values[name])));
}

function isolated(value) {
  return RIGHT_TO_LEFT || /[\u0590-\u08ff]/.test(value) ? `\u2068${value}\u2069` : value;
}

const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const DATE = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat(LOCALE, {
  weekday: "long", day: "numeric", month: "long", year: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "long",
});

/** 14:02, with the day before it where that is not today. */
export function clock(at, now, { seconds = false } = {}) {
  const time = new Date(at);
  const hours = (seconds ? SECONDS : CLOCK).format(time);
  return time.toDateString() === new Date(now).toDateString() ? hours : `${DATE.format(time)} ${hours}`;
}

export const full = (at) => FULL.format(new Date(at));

/** 0:42, 4:12, 1:04:12: a timer that counts up. */
export function timer(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** 40 s, 5 min, 3 h, 2 d: how long ago. Browsers do not know the units of every language. */
export function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return say("web.unit.seconds", { count: seconds });
  if (seconds < 3600) return say("web.unit.minutes", { count: Math.floor(seconds / 60) });
  if (milliseconds < DAY) return say("web.unit.hours", { count: Math.floor(seconds / 3600) });
  return say("web.unit.days", { count: Math.floor(milliseconds / DAY) });
}

const COUNT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

export function distance(metres) {
  return metres < 1000
    ? say("web.unit.metres", { count: Math.max(1, Math.round(metres)) })
    : say("web.unit.kilometres", { count: COUNT.format(metres / 1000) });
}

const MONEY = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const ROUGH = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 });

export const amount = (sum) => MONEY.format(sum);

/** 2,400: the first two digits of a count that nobody knows exactly. */
export const roughly = (count) => ROUGH.format(count);

export const percent = (share) =>
  new Intl.NumberFormat(LOCALE, { style: "percent" }).format(share);

/** N14.6937 W17.4441: the same form as in the texts that contacts get. */
export function coordinates({ lat, lon }) {
  const north = `${lat < 0 ? "S" : "N"}${Math.abs(lat).toFixed(4)}`;
  return `${north} ${lon < 0 ? "W" : "E"}${Math.abs(lon).toFixed(4)}`;
}
