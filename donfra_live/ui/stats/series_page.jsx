// /dashboard/series/{id}: a series' dates side by side.
import { useState } from "react";
import { Answer, TO_DASHBOARD, idInAddress, useFigures } from "./asking.jsx";
import { Csv } from "./chart.jsx";
import { Patterns } from "./looks.jsx";
import { counted, dayAndClock, file, shortDay, zone } from "./numbers.js";
import { PeopleByDate } from "./people_by_date.jsx";
import { Sessions } from "./sessions_table.jsx";
import { SeveralCharts, rowOf } from "./several_charts.jsx";
import { Pending, Tiles } from "./tiles.jsx";

function Series({ stats, people, onPeople }) {
  const { series_id: id, sessions, totals, pending } = stats;
  const csv = file(`series/${id}/stats`, { timezone: zone });
  const rows = sessions.map((one) => rowOf(one.totals, { key: one.session_id, label: shortDay(one.start), title: dayAndClock(one.start), href: `/dashboard/${one.session_id}` }));
  return (
    <>
      <Pending of={pending} />
      <section className="sheet" aria-label="Totals of the series"><Tiles totals={totals} several /></section>
      <PeopleByDate seriesId={id} figures={people} onLoad={onPeople} />
      {rows.length > 0 && (
        <section className="sheet charts two-charts" aria-label="By date">
          <h2 className="unseen">By date</h2>
          <SeveralCharts rows={rows} totals={totals} per="date" head="Date" csv={csv} sessions={counted(rows.length, "date", "dates")} />
        </section>
      )}
      <section className="sheet part" aria-label="Dates">
        <div className="figures-head"><h2>Dates</h2><Csv href={csv} of="Dates" /></div>
        <Sessions ofOne name="Dates of the series" sessions={[...sessions].reverse()} />
      </section>
    </>
  );
}

export default function SeriesPage({ figures, people, onLoad, onPeople }) {
  const [id] = useState(idInAddress);
  const load = () => onLoad?.(id);
  const known = useFigures(figures, id, load);
  const title = known?.found.title;
  return (
    <div className="figures">
      <Patterns />
      <p className="figures-back"><a href="/dashboard">Dashboard</a></p>
      <h1>{title ?? (known ? "These figures cannot be shown" : "Figures of a series")}</h1>
      <Answer figures={known} again={load} leads={TO_DASHBOARD}>{(stats) => <Series stats={stats} people={people} onPeople={onPeople} />}</Answer>
    </div>
  );
}
