// Days and hours as the office's clock shows them, wherever the browser is.

const LOCALE = `${document.documentElement.lang}-u-nu-latn`;
const A_DAY = 24 * 3600 * 1000; // ms
const A_MONDAY = Date.UTC(2024, 0, 1);

const formats = new Map();

function format(zone, name, options) {
  const key = `${zone} ${name}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: zone }));
  }
  return formats.get(key);
}

/** 18:00 */
export const hour = (at, zone) =>
  format(zone, "hour", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** Mon 3 March */
export const day = (at, zone) =>
  format(zone, "day", { weekday: "short", day: "numeric", month: "long" }).format(new Date(at));

/** The hour, and the day before it where that is another one than at `from`. */
export const moment = (at, from, zone) =>
  day(at, zone) === day(from, zone) ? hour(at, zone) : `${day(at, zone)} ${hour(at, zone)}`;

/** The days from now on, as many as that. */
export const daysFrom = (now, count) =>
  Array.from({ length: count }, (_, number) => now + number * A_DAY);

/** Monday is 0. */
export const weekday = (number) =>
  format("UTC", "weekday", { weekday: "long" }).format(new Date(A_MONDAY + number * A_DAY));
