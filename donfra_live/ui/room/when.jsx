// Dates as the viewer's clock has them: the browser knows its zone, the server does not.
import { useEffect, useState } from "react";

// The pages are in English; a browser that speaks it says how it writes dates.
export const locale = () => (navigator.language?.startsWith("en") ? navigator.language : "en-GB");
export const written = (options, zone) => new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone || undefined });
const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const SHORT_DAY = { weekday: "short", day: "numeric", month: "short" };
const CLOCK = { hour: "numeric", minute: "2-digit" };

export const zoneHere = () => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const clock = (iso, zone) => written(CLOCK, zone).format(new Date(iso));

// Of a moment to come: "from 9:45", with the day when it is not today.
export function sinceWhen(iso) {
  const at = new Date(iso), today = at.toDateString() === new Date().toDateString();
  return today ? `from ${clock(iso)}` : `on ${written({ ...SHORT_DAY, year: "numeric" }).format(at)} from ${clock(iso)}`;
}

// What date and time fields hold: the wall clock of a zone.
export function wallOf(iso, zone) {
  const [date, time] = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(iso)).split(" ");
  return { date, time };
}

const sameClock = (iso, zone) => { const a = wallOf(iso, zone), b = wallOf(iso, zoneHere()); return a.date === b.date && a.time === b.time; };

export function ShortWhen({ start }) {
  if (!start) return null;
  const at = new Date(start), thisYear = at.getFullYear() === new Date().getFullYear();
  return <time className="when-short" dateTime={start}>{written({ ...SHORT_DAY, ...(thisYear ? {} : { year: "numeric" }), ...CLOCK }).format(at)}</time>;
}

export function When({ start, end, zone }) {
  if (!start) return null;
  const from = new Date(start), to = new Date(end || start);
  return (
    <div className="when">
      <p className="when-day"><time dateTime={start}>{written(DAY).format(from)}</time></p>
      <p className="when-clock">{written({ ...CLOCK, timeZoneName: "short" }).formatRange(from, to)} <span className="muted">your time</span></p>
      {zone && !sameClock(start, zone) && <p className="muted">{written({ ...SHORT_DAY, ...CLOCK }, zone).format(from)} in {zone.replaceAll("_", " ")}</p>}
    </div>
  );
}

function left(ms) {
  const all = Math.ceil(ms / 1000);
  const days = Math.floor(all / 86400), hours = Math.floor((all % 86400) / 3600), minutes = Math.floor((all % 3600) / 60), seconds = all % 60;
  if (days > 1) return `${days} days`;
  if (days) return `1 day ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds} s` : `${seconds} s`;
}

function useNow() {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => { const timer = setInterval(() => setNow(Date.now()), 1000); return () => clearInterval(timer); }, []);
  return now;
}

export function Countdown({ start }) {
  const ms = new Date(start) - useNow();
  return <p className="countdown" role="timer" aria-live="off">{ms > 0 ? <>Starts in <strong>{left(ms)}</strong></> : "It should start any moment."}</p>;
}
