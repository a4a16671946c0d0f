// Times in the reader's own zone and manner, lengths in words, addresses of files.
import { api } from "../../room/component/store.js";

const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export const onDay = (at) => day.format(new Date(at));
export const atClock = (at) => clock.format(new Date(at));
export const atSecond = (at) => second.format(new Date(at));
export const sameDay = (a, b) => short.format(new Date(a)) === short.format(new Date(b));
export const onShortDay = (at) => short.format(new Date(at));

export function lasting(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return seconds < 1 ? "0 min" : "under a minute";
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const file = (of, what, format) =>
  api(`/api/${of}/${what}?format=${format}&timezone=${encodeURIComponent(zone)}`);
