// /dashboard: the sessions of the last days, one's own or, for admins, all of this place.
import { useEffect, useState } from "react";
import { Answer, useFigures } from "./asking.jsx";
import { Csv } from "./chart.jsx";
import { Patterns } from "./looks.jsx";
import { counted, dayOf, file, longDay, shortDay, zone } from "./numbers.js";
import { OwnRecordings } from "./recordings.jsx";
import { Sessions } from "./sessions_table.jsx";
import { SeveralCharts, rowOf } from "./several_charts.jsx";
import { Pending, Tiles } from "./tiles.jsx";

const DAYS = [7, 30, 90];

// In the address, so that a reload and a bookmark show the same.
function wishes() {
  const query = new URLSearchParams(location.search);
  const days = Number(query.get("days"));
  return { days: DAYS.includes(days) ? days : 30, all: query.get("sessions") === "all" };
}

function Choice({ name, options, value, onChoose, busy }) {
  return (
    <fieldset className="choice figures-choice" aria-busy={busy}>
      <legend className="unseen">{name}</legend>
      {options.map(([key, text]) => (
        <label key={key}><input type="radio" className="unseen" name={name} checked={key === value} onChange={() => onChoose(key)} /><span>{text}</span></label>
      ))}
    </fieldset>
  );
}

function Days({ stats: { days, totals }, csv }) {
  const rows = days.map((day) => rowOf(day.totals, { key: day.date, label: shortDay(dayOf(day.date)), title: longDay(dayOf(day.date)) }));
  return (
    <section className="sheet charts two-charts" aria-label="By day">
      <h2 className="unseen">By day</h2>
      <SeveralCharts rows={rows} totals={totals} per="day" head="Day" csv={csv} sessions={counted(totals.sessions, "session", "sessions")} />
    </section>
  );
}

function Found({ stats, days }) {
  const asked = { days, timezone: stats.zone, scope: stats.all_sessions ? "all" : "mine" };
  const csv = file("stats", { ...asked, table: "days" });
  if (!stats.totals.sessions && stats.pending) return <Pending of={stats.pending} />;
  if (!stats.totals.sessions) {
    return (
      <section className="sheet notice-text" aria-label="No sessions">
        <p>No sessions in the last {days} days. Plan or start one.</p>
        <p><a className="button primary" href="/live">Plan or start a session</a></p>
      </section>
    );
  }
  return (
    <>
      <Pending of={stats.pending} />
      <section className="sheet" aria-label="Totals of the period"><Tiles totals={stats.totals} several /></section>
      <Days stats={stats} csv={csv} />
      <section className="sheet part" aria-label="Latest sessions">
        <div className="figures-head"><h2>Latest sessions</h2><Csv href={file("stats", { ...asked, table: "sessions" })} of="Latest sessions" /></div>
        <Sessions name="Latest sessions" sessions={stats.sessions} />
      </section>
    </>
  );
}

export default function Period({ figures, isAdmin, onLoad }) {
  const [wish, setWish] = useState(wishes);
  const asked = `${wish.days} ${wish.all ? "all" : "own"}`;
  const load = () => onLoad?.(wish.days, zone, wish.all);
  const known = useFigures(figures, asked, load);
  // what was shown stays until the new figures are there
  const shown = known ?? (figures?.asked && !figures.problem ? figures : null);
  useEffect(() => {
    history.replaceState(history.state, "", `/dashboard?days=${wish.days}${wish.all ? "&sessions=all" : ""}`);
  }, [wish.days, wish.all]);
  const choose = (part) => setWish((now) => ({ ...now, ...part }));
  return (
    <div className="figures">
      <Patterns />
      <div className="figures-head">
        <h1>Dashboard</h1>
        <div className="row">
          {(isAdmin || wish.all) && <Choice name="Which sessions" options={[[false, "My sessions"], [true, "All sessions"]]} value={wish.all} onChoose={(all) => choose({ all })} busy={!known} />}
          <Choice name="How many days" options={DAYS.map((days) => [days, `${days} days`])} value={wish.days} onChoose={(days) => choose({ days })} busy={!known} />
        </div>
      </div>
      <div className="figures-found" aria-busy={!known}>
        <Answer figures={shown} again={load}>{(stats) => <Found stats={stats} days={Number(shown.asked.split(" ")[0])} />}</Answer>
      </div>
      {!wish.all && <OwnRecordings />}
      <p role="status" className="unseen">{known && !known.problem ? `Figures of the last ${wish.days} days` : ""}</p>
    </div>
  );
}
