// Figures in words: counts, lengths, shares, times in the reader's own zone.
import { api } from "../../room/component/store.js";
import { locale, written, zoneHere } from "../../room/component/when.jsx";

const number = new Intl.NumberFormat(locale());
const clock = written({ hour: "2-digit", minute: "2-digit" });
const second = written({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = written({ day: "numeric", month: "short" });
const long = written({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const both = written({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

export const zone = zoneHere();
export const count = (value) => number.format(value);
export const counted = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;
export const atClock = (at) => clock.format(new Date(at));
export const atSecond = (at) => second.format(new Date(at));
export const shortDay = (at) => short.format(new Date(at));
export const longDay = (at) => long.format(new Date(at));
export const dayAndClock = (at) => both.format(new Date(at));
// A day without a time, as the server gives it, is nobody's midnight.
export const dayOf = (date) => new Date(`${date}T12:00:00`);

export function minutesLong(minutes) {
  if (minutes < 60) return `${count(minutes)} min`;
  const hours = Math.floor(minutes / 60), rest = minutes % 60;
  return hours < 100 && rest ? `${hours} h ${rest} min` : `${count(hours)} h`;
}

export const inSeconds = (ms) => `${number.format(Math.round(ms / 10) / 100)} s`;

export const KINDS = ["excellent", "good", "poor", "lost"];
export const secondsOf = (quality) => KINDS.reduce((sum, kind) => sum + quality[kind], 0);

// null where no browser has reported any.
export function goodShare(quality) {
  const all = secondsOf(quality);
  return all ? (quality.excellent + quality.good) / all : null;
}
// Not 100 % while a second is missing.
export function percent(share) {
  const rounded = Math.round(share * 100);
  return `${rounded === 100 && share < 1 ? 99 : rounded} %`;
}

export const file = (path, query = {}) => api(`/api/${path}?${new URLSearchParams({ format: "csv", ...query })}`);
