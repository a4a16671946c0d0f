// Who of a series was there when: people down, dates across. The table scrolls in its own box.
import { useState } from "react";
import { Answer, useFigures } from "./asking.jsx";
import { Files } from "../../history/component/files.jsx";
import { count, dayAndClock, shortDay } from "./numbers.js";

const FIRST = 50;
const minutes = (seconds) => (seconds < 60 ? "<1" : count(Math.round(seconds / 60)));
const often = (one) => one.seconds.filter(Boolean).length;

function Head({ dates }) {
  return (
    <thead><tr>
      <th scope="col">Name</th>
      {dates.map((date) => <th key={date.session_id} scope="col" className="number"><a href={`/dashboard/${date.session_id}`} title={dayAndClock(date.date)}>{shortDay(date.date)}</a></th>)}
      <th scope="col" className="number">Dates</th>
    </tr></thead>
  );
}

function Row({ one, dates }) {
  return (
    <tr>
      <th scope="row">{one.name}</th>
      {one.seconds.map((seconds, n) => <td key={dates[n].session_id} className="number">{seconds ? minutes(seconds) : <span className="muted">–<span className="unseen">not there</span></span>}</td>)}
      <td className="number">{often(one)}</td>
    </tr>
  );
}

function Table({ columns: dates, people }) {
  const [all, setAll] = useState(false);
  const shown = all ? people : people.slice(0, FIRST);
  if (!people.length) return <p className="empty">Nobody came in on any date.</p>;
  return (
    <>
      <div className="figures-scroll by-date-scroll" role="region" aria-label="Table: People by date" tabIndex={0}>
        <table className="by-date">
          <caption className="unseen">Minutes present, by person and date</caption>
          <Head dates={dates} />
          <tbody>{shown.map((one, n) => <Row key={n} one={one} dates={dates} />)}</tbody>
        </table>
      </div>
      {shown.length < people.length && <p><button type="button" className="button small" onClick={() => setAll(true)}>Show all {people.length}</button></p>}
    </>
  );
}

export function PeopleByDate({ seriesId, figures, onLoad }) {
  const load = () => onLoad?.(seriesId);
  const known = useFigures(figures, seriesId, load);
  return (
    <section className="sheet part" aria-label="People by date">
      <div className="figures-head">
        <div><h2>People by date</h2><p className="muted">Minutes present.</p></div>
        <Files of={`series/${seriesId}`} what="attendance" name="people by date" formats={[["xlsx", "Excel"], ["csv", "CSV"]]} />
      </div>
      <Answer figures={known} again={load}>{(table) => <Table {...table} />}</Answer>
    </section>
  );
}
