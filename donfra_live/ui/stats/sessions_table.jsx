// Sessions with their figures, each leading to its own.
import { useState } from "react";
import { Table } from "./chart.jsx";
import { count, dayAndClock, goodShare, inSeconds, minutesLong, percent } from "./numbers.js";

const none = <span className="muted" title="Not reported">–<span className="unseen">not reported</span></span>;
const COLUMNS = [
  { key: "joined", name: "People" },
  { key: "peak", name: "Most at once" },
  { key: "watched", name: "Watched", show: (row) => minutesLong(row.minutes_watched) },
  { key: "left", name: "Drop-outs", show: (row) => count(row.drop_outs) },
  { key: "picture", name: "First picture", show: ({ first_picture: { median_ms: ms } }) => (ms === null ? none : inSeconds(ms)) },
  { key: "good", name: "Good connection", show: ({ quality }) => { const share = goodShare(quality); return share === null ? none : percent(share); } },
];

const FIRST = 20;

// ofOne: all of one series, told apart by their dates.
export function Sessions({ name, sessions, ofOne }) {
  const [all, setAll] = useState(false);
  const rows = (all ? sessions : sessions.slice(0, FIRST)).map((one) => {
    const when = dayAndClock(one.start), now = one.end ? "" : "on air now";
    const words = ofOne ? { title: when, detail: now } : { title: one.title, detail: now ? `${when}, ${now}` : when };
    return { ...one.totals, ...words, key: one.session_id, href: `/dashboard/${one.session_id}` };
  });
  return (
    <>
      <Table name={name} head={ofOne ? "Date" : "Session"} rows={rows} columns={COLUMNS} />
      {rows.length < sessions.length && <p><button type="button" className="button small" onClick={() => setAll(true)}>Show all {sessions.length}</button></p>}
    </>
  );
}
