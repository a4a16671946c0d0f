// /dashboard: the sessions of the last days, one's own or, for admins, all of this place.
import { useEffect, useState } from "react";
import { Answer, useFigures } from "./asking.jsx";
import { Chart, Csv } from "./chart.jsx";
import { Patterns } from "./looks.jsx";
import { count, counted, dayOf, file, longDay, minutesLong, shortDay, zone } from "./numbers.js";
import { Sessions } from "./sessions_table.jsx";
import { Tiles } from "./tiles.jsx";

const DAYS = [7, 30, 90];
const PEOPLE = [{ key: "joined", name: "People", look: "main" }];
const WATCHED = [{ key: "minutes_watched", name: "Minutes watched", look: "second-lines" }];
const PEOPLE_TABLE = [{ key: "sessions", name: "Sessions" }, ...PEOPLE, { key: "peak", name: "Most at once" }];
const WATCHED_TABLE = [...WATCHED, { key: "drop_outs", name: "Drop-outs" }];

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

function best(days, key) {
  return days.reduce((most, day) => (day.totals[key] > most.totals[key] ? day : most));
}

function Days({ stats, csv }) {
  const rows = stats.days.map(({ date, totals }) => ({ ...totals, key: date, label: shortDay(dayOf(date)), title: longDay(dayOf(date)) }));
  const { totals, days } = stats;
  const full = best(days, "joined"), long = best(days, "minutes_watched");
  const people = `${counted(totals.joined, "person", "people")} in ${counted(totals.sessions, "session", "sessions")}`
    + (totals.joined ? `; most on ${longDay(dayOf(full.date))}: ${count(full.totals.joined)}.` : ".");
  const watched = `${minutesLong(totals.minutes_watched)} all together`
    + (totals.minutes_watched ? `; most on ${longDay(dayOf(long.date))}: ${minutesLong(long.totals.minutes_watched)}.` : ".");
  return (
    <section className="sheet charts two-charts" aria-label="By day">
      <h2 className="unseen">By day</h2>
      <Chart title="People per day" summary={people} head="Day" rows={rows} columns={PEOPLE_TABLE} csv={csv} pictures={[{ series: PEOPLE }]} />
      <Chart title="Minutes watched per day" summary={watched} head="Day" rows={rows} columns={WATCHED_TABLE} csv={csv} pictures={[{ series: WATCHED }]} />
    </section>
  );
}

function Found({ stats, days }) {
  const asked = { days, timezone: stats.zone, scope: stats.all_sessions ? "all" : "mine" };
  const csv = file("stats", { ...asked, table: "days" });
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
      <p role="status" className="unseen">{known && !known.problem ? `Figures of the last ${wish.days} days` : ""}</p>
    </div>
  );
}
