// /dashboard/series/{id}: a series' dates side by side.
import { useState } from "react";
import { Answer, idInAddress, useFigures } from "./asking.jsx";
import { Chart, Csv } from "./chart.jsx";
import { Patterns } from "./looks.jsx";
import { counted, dayAndClock, file, shortDay, zone } from "./numbers.js";
import { Sessions } from "./sessions_table.jsx";
import { Tiles } from "./tiles.jsx";

const SERIES = [{ key: "joined", name: "People", look: "main" }];
const COLUMNS = [...SERIES, { key: "peak", name: "Most at once" }, { key: "minutes_watched", name: "Minutes watched" }];

function peopleIn(sessions) {
  const best = sessions.reduce((most, one) => (one.totals.joined > most.totals.joined ? one : most));
  return `${counted(sessions.length, "date", "dates")}; most people on ${shortDay(best.start)}: ${best.totals.joined}.`;
}

function Series({ stats }) {
  const { sessions, totals } = stats;
  const csv = file(`series/${stats.series_id}/stats`, { timezone: zone });
  const rows = sessions.map((one) => ({ ...one.totals, key: one.session_id, label: shortDay(one.start), title: dayAndClock(one.start), href: `/dashboard/${one.session_id}` }));
  return (
    <>
      <section className="sheet" aria-label="Totals of the series"><Tiles totals={totals} several /></section>
      <section className="sheet charts" aria-label="By date">
        <h2 className="unseen">By date</h2>
        <Chart title="People per date" summary={peopleIn(sessions)} head="Date" rows={rows} columns={COLUMNS} csv={csv} pictures={[{ series: SERIES }]} />
      </section>
      <section className="sheet part" aria-label="Dates">
        <div className="figures-head"><h2>Dates</h2><Csv href={csv} of="Dates" /></div>
        <Sessions ofOne name="Dates of the series" sessions={[...sessions].reverse()} />
      </section>
    </>
  );
}

export default function SeriesPage({ figures, onLoad }) {
  const [id] = useState(idInAddress);
  const load = () => onLoad?.(id);
  const known = useFigures(figures, id, load);
  const title = known?.found.title;
  return (
    <div className="figures">
      <Patterns />
      <p className="figures-back"><a href="/dashboard">Dashboard</a></p>
      <h1>{title ?? (known ? "These figures cannot be shown" : "Figures of a series")}</h1>
      <Answer figures={known} again={load}>{(stats) => <Series stats={stats} />}</Answer>
    </div>
  );
}
