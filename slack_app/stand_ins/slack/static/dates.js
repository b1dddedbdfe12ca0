/** Writes moments as Slack does: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */

const DAY_MS = 86_400_000;
const TWELVE_HOURS = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12;

/** @param {Intl.DateTimeFormatOptions} options */
const written = (options) => {
  const format = new Intl.DateTimeFormat("en", { hour12: TWELVE_HOURS, ...options });
  return (/** @type {Date} */ moment) => format.format(moment);
};

export const clock = written({ hour: "numeric", minute: "2-digit" });
export const fullDate = written({ dateStyle: "full", timeStyle: "short" });
const long = written({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const medium = written({ month: "long", day: "numeric", year: "numeric" });
const short = written({ month: "short", day: "numeric", year: "numeric" });
const monthDay = written({ weekday: "long", month: "long", day: "numeric" });

/** @type {Record<string, (moment: Date) => string>} */
const TOKENS = {
  date: medium,
  date_long: long,
  date_long_pretty: (moment) => relativeDay(moment, long),
  date_num: (moment) =>
    [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map((n) => String(n).padStart(2, "0")).join("-"),
  date_pretty: (moment) => relativeDay(moment, medium),
  date_short: short,
  date_short_pretty: (moment) => relativeDay(moment, short),
  time: clock,
  time_secs: written({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (moment) => ago(moment),
};

/**
 * Fill the {tokens} of a date format; null for an unknown one, and Slack shows the fallback.
 *
 * @param {number} seconds
 * @param {string} format
 */
export function formatted(seconds, format) {
  const moment = new Date(seconds * 1000);
  let known = !Number.isNaN(moment.getTime());
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (known && Object.hasOwn(TOKENS, token)) return TOKENS[token](moment);
    known = false;
    return whole;
  });
  return known ? text : null;
}

/**
 * Name the day that a line of messages begins with.
 *
 * @param {Date} moment
 */
export function dayName(moment) {
  const name = relativeDay(moment, monthDay);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * @param {Date} one
 * @param {Date} other
 */
export function sameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

/**
 * @param {Date} moment
 * @param {(moment: Date) => string} otherwise
 */
function relativeDay(moment, otherwise) {
  /** @type {Record<string, number>} */
  const days = { yesterday: -1, today: 0, tomorrow: 1 };
  const now = Date.now();
  const word = Object.keys(days).find((name) => sameDay(moment, new Date(now + days[name] * DAY_MS)));
  return word ?? otherwise(moment);
}

/** @param {Date} moment */
function ago(moment) {
  const seconds = Math.round((moment.getTime() - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return words.format(Math.round(seconds / size), unit);
}
