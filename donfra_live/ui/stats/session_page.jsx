// /dashboard/{id}: a session's figures. While it is on air they change all the time, so they are asked for now and
// then; that it has ended, and what comes later, the server tells.
import { useEffect, useState } from "react";
import { Answer, TO_DASHBOARD, idInAddress, useFigures } from "./asking.jsx";
import { Patterns } from "./looks.jsx";
import { atClock, dayAndClock } from "./numbers.js";
import { SessionCharts } from "./session_charts.jsx";
import { Tiles } from "./tiles.jsx";

const AGAIN_MS = 30_000;

function When({ stats: { start, end } }) {
  if (!start) return <p className="lead">It has not been on air yet.</p>;
  return (
    <p className="lead">
      <time dateTime={start}>{dayAndClock(start)}</time>{end ? <> to <time dateTime={end}>{atClock(end)}</time></> : ", on air now"}
    </p>
  );
}

function Session({ stats }) {
  return (
    <>
      <div className="figures-head">
        <div><h1>{stats.title}</h1><When stats={stats} /></div>
        <p className="row">
          <a className="button small" href={`/live/${stats.session_id}`}>Session page</a>
          {stats.series_id && <a className="button small" href={`/dashboard/series/${stats.series_id}`}>The whole series</a>}
        </p>
      </div>
      <section className="sheet" aria-label="Totals of the session"><Tiles totals={stats.totals} /></section>
      {stats.start && <section className="sheet" aria-label="Over time"><h2 className="unseen">Over time</h2><SessionCharts stats={stats} /></section>}
    </>
  );
}

export default function SessionPage({ figures, onLoad }) {
  const [id] = useState(idInAddress);
  const load = () => onLoad?.(id);
  const known = useFigures(figures, id, load);
  const runs = Boolean(known?.found.start && !known.found.end);
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => { if (!document.hidden) load(); }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [runs, id]);
  return (
    <div className="figures">
      <Patterns />
      <p className="figures-back"><a href="/dashboard">Dashboard</a></p>
      {!known?.found.title && <h1>{known ? "These figures cannot be shown" : "Figures of a session"}</h1>}
      <Answer figures={known} again={load} leads={TO_DASHBOARD}>{(stats) => <Session stats={stats} />}</Answer>
    </div>
  );
}
