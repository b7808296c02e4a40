// Texts in the user's language, and how amounts and times are written.
import {boot, clock, session} from "app/api.js";

export const language = boot.language;

/** The language with the region of the browser, which decides on 12 or 24 hours. */
const locale = navigator.languages.find(l => l.split("-")[0] === language.split("-")[0]) ?? language;
const plurals = new Intl.PluralRules(language);
let texts = {};

/** Loads the texts of an area; the common ones are those of the area "". */
export async function loadTexts(area = "") {
  const path = boot.texts[`text/${area ? area + "/" : ""}${language}.json`];
  texts = {...texts, ...await (await fetch(path)).json()};
}

export const hasText = key => key in texts;

/** A text; `{name}` is replaced by the value, and `count` decides on the plural. */
export function t(key, values = {}) {
  let text = texts[key];
  if (text === undefined) {
    return key;
  }
  if (typeof text !== "string") {
    text = text[plurals.select(values.count)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (slot, name) =>
    typeof values[name] === "number" ? number(values[name]) : values[name] ?? slot);
}

/** A text whose slots are templates; returns its parts in order. */
export function parts(key, values) {
  return t(key, {}).split(/(\{\w+\})/).map(part => {
    const slot = /^\{(\w+)\}$/.exec(part);
    return slot && slot[1] in values ? values[slot[1]] : part;
  });
}

const numbers = new Intl.NumberFormat(locale);
export const number = value => numbers.format(value);

const amounts = new Intl.NumberFormat(locale, {minimumFractionDigits: 2, maximumFractionDigits: 2});
const signed = new Intl.NumberFormat(locale,
  {minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero"});

/** Minor units as a decimal string, without floating point. */
function decimal(minor) {
  const text = String(Math.abs(minor)).padStart(3, "0");
  return (minor < 0 ? "-" : "") + text.slice(0, -2) + "." + text.slice(-2);
}

const withMinus = parts => parts.map(p => p.type === "minusSign" ? "\u2212" : p.value).join("");

/** An amount without its unit. */
export const money = minor => withMinus(amounts.formatToParts(decimal(minor)));

/** An amount with its sign, for a history. */
export const change = minor => withMinus(signed.formatToParts(decimal(minor)));

/** An amount with its unit. */
export const credits = minor => t("money.credits", {amount: money(minor)});

/** Reads an amount that a person typed; null if it is not one. */
export function parseMoney(text) {
  const match = /^(\d{1,13})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "0").padEnd(2, "0")) : null;
}

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone of the user, or of the browser without a session. */
export const zone = () => session.user?.timezone ?? browserZone;

const formats = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    try {
      formats.set(key, new Intl.DateTimeFormat(locale, options));
    } catch {
      // A zone that this browser does not know.
      formats.set(key, new Intl.DateTimeFormat(locale, {...options, timeZone: "UTC", timeZoneName: "short"}));
    }
  }
  return formats.get(key);
}

const DAY = {weekday: "short", day: "numeric", month: "long"};
const DAY_LONG = {weekday: "long", day: "numeric", month: "long"};
const TIME = {hour: "numeric", minute: "2-digit"};

export const day = (at, timeZone = zone()) => format({...DAY, timeZone}).format(new Date(at));
export const dayLong = (at, timeZone = zone()) => {
  const isThisYear = new Date(at).getUTCFullYear() === new Date(clock.now()).getUTCFullYear();
  return format({...DAY_LONG, ...(isThisYear ? {} : {year: "numeric"}), timeZone}).format(new Date(at));
};
export const time = (at, timeZone = zone()) => format({...TIME, timeZone}).format(new Date(at));
export const dayTime = (at, timeZone = zone()) => format({...DAY, ...TIME, timeZone}).format(new Date(at));
export const monthName = (at, timeZone = zone()) =>
  format({month: "long", year: "numeric", timeZone}).format(new Date(at));
export const weekdayName = (at, timeZone = zone(), weekday = "short") =>
  format({weekday, timeZone}).format(new Date(at));
export const shortDay = (at, timeZone = zone()) =>
  format({weekday: "short", day: "numeric", month: "short", timeZone}).format(new Date(at));

/** The times of a class, from its start to its end. */
export function timeRange(meeting, timeZone = zone()) {
  const start = new Date(meeting.startsAt);
  return format({...TIME, timeZone}).formatRange(start, new Date(+start + meeting.durationMinutes * 60_000));
}

const city = timeZone => timeZone.split("/").at(-1).replaceAll("_", " ");

/** A zone by its name and city: "Central European Time (Berlin)". */
export function zoneName(timeZone = zone(), at = clock.now()) {
  try {
    const name = new Intl.DateTimeFormat(language, {timeZone, timeZoneName: "longGeneric"})
      .formatToParts(new Date(at)).find(part => part.type === "timeZoneName").value;
    return name === timeZone || name.startsWith("GMT") ? city(timeZone) : t("time.zone", {name, city: city(timeZone)});
  } catch {
    return timeZone;
  }
}

export const zoneShort = (timeZone = zone()) => t("time.zoneShort", {city: city(timeZone)});

/** The day of an instant in a zone, as yyyy-mm-dd. */
export function isoDay(at, timeZone = zone()) {
  const byType = {};
  const options = {year: "numeric", month: "2-digit", day: "2-digit", timeZone};
  for (const part of new Intl.DateTimeFormat("en-CA", options).formatToParts(new Date(at))) {
    byType[part.type] = part.value;
  }
  return `${byType.year}-${byType.month}-${byType.day}`;
}

/** The offset of a zone at an instant, in milliseconds. */
function zoneOffset(at, timeZone) {
  const parts = {};
  const format = new Intl.DateTimeFormat("en-US", {timeZone, hourCycle: "h23", year: "numeric", month: "numeric",
    day: "numeric", hour: "numeric", minute: "numeric", second: "numeric"});
  for (const part of format.formatToParts(new Date(at))) {
    parts[part.type] = Number(part.value);
  }
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)
    - Math.floor(at / 1000) * 1000;
}

/**
 * The instant of a wall time, "yyyy-mm-ddThh:mm", in a zone. A time in a gap moves forward, and of a
 * time that exists twice it is the earlier one.
 */
export function instantOf(wall, timeZone = zone()) {
  const asUtc = Date.parse(wall + (wall.length <= 16 ? ":00Z" : "Z"));
  const candidates = [asUtc - 86_400_000, asUtc + 86_400_000].map(at => asUtc - zoneOffset(at, timeZone));
  const exact = candidates.filter(at => at + zoneOffset(at, timeZone) === asUtc).sort((a, b) => a - b);
  return new Date(exact.length > 0 ? exact[0] : Math.max(...candidates)).toISOString();
}

/** The wall time of an instant in a zone, as yyyy-mm-ddThh:mm. */
export const wallTime = (at, timeZone = zone()) =>
  new Date(+new Date(at) + zoneOffset(+new Date(at), timeZone)).toISOString().slice(0, 16);

/** Another day, as yyyy-mm-dd. */
export const addDays = (date, days) =>
  new Date(Date.parse(date + "T00:00:00Z") + days * 86_400_000).toISOString().slice(0, 10);

const relative = new Intl.RelativeTimeFormat(language, {numeric: "auto"});

/** "In 5 minutes", "yesterday": for times that are near. */
export function fromNow(at) {
  const minutes = Math.round((+new Date(at) - clock.now()) / 60_000);
  if (Math.abs(minutes) < 60) {
    return relative.format(minutes, "minute");
  }
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 36 ? relative.format(hours, "hour") : relative.format(Math.round(hours / 24), "day");
}

/** The first day of the week in this locale: 1 Monday to 7 Sunday. */
export function firstWeekday() {
  const info = new Intl.Locale(locale);
  return info.getWeekInfo?.().firstDay ?? info.weekInfo?.firstDay ?? 1;
}

export function setLanguage(code) {
  document.cookie = `classbell_language=${code}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}
