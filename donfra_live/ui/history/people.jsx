// Who was there: a table, on a phone a card each; its files; the list of who was expected.
import { Files } from "./files.jsx";
import { Roster } from "./roster.jsx";
import { atSecond, lasting } from "./words.js";

const KINDS = { present: "badge badge-good", late: "badge badge-warn", left_early: "badge badge-warn", absent: "badge badge-live plain" };

function Cell({ name, children, number }) {
  return <td data-name={name} className={number ? "number" : undefined}>{children}</td>;
}

const At = ({ at }) => (at ? <time dateTime={at}>{atSecond(at)}</time> : <span className="muted">never</span>);

function Row({ one, hasRoster }) {
  return (
    <tr>
      <th scope="row">
        <span className="who-was">{one.name}</span>
        {(one.role && one.role !== "Viewer") && <span className="badge">{one.role}</span>}
        {hasRoster && !one.expected && <span className="badge">Not on the list</span>}
        {one.email && <span className="muted address">{one.email}</span>}
      </th>
      <Cell name="First in"><At at={one.first_in} /></Cell>
      <Cell name="Last out"><At at={one.last_out} /></Cell>
      <Cell name="There for" number>{lasting(one.seconds)}</Cell>
      <Cell name="Came back" number>{one.reconnects === 0 ? <span className="muted">0</span> : one.reconnects}</Cell>
      <Cell name="Status"><span className={KINDS[one.status]}>{one.word}</span></Cell>
    </tr>
  );
}

function Table({ people, hasRoster }) {
  return (
    <table className="attendance">
      <caption className="unseen">Who was there</caption>
      <thead><tr>
        {["Name", "First in", "Last out"].map((name) => <th key={name} scope="col">{name}</th>)}
        {["There for", "Came back"].map((name) => <th key={name} scope="col" className="number">{name}</th>)}
        <th scope="col">Status</th>
      </tr></thead>
      <tbody>{people.map((one, n) => <Row key={n} one={one} hasRoster={hasRoster} />)}</tbody>
    </table>
  );
}

function Counts({ people }) {
  const counted = ["present", "late", "left_early", "absent"].map((status) => {
    const those = people.filter((p) => p.status === status);
    return those.length > 0 && `${those.length} ${those[0].word.toLowerCase()}`;
  });
  return <p className="muted">{counted.filter(Boolean).join(", ")}</p>;
}

export function Attendance({ sessionId, history }) {
  const { people, has_roster: hasRoster } = history;
  return (
    <section className="sheet part" aria-label="Who was there">
      <div className="part-head">
        <div><h2>Who was there</h2><Counts people={people} /></div>
        {people.length > 0 && <Files of={`live/${sessionId}`} what="attendance" name="the attendance" formats={[["xlsx", "Excel"], ["csv", "CSV"], ["json", "JSON"]]} />}
      </div>
      {people.length > 0
        ? <Table people={people} hasRoster={hasRoster} />
        : <p className="empty">Nobody came in. Upload the list of who was expected to have them here as absent.</p>}
      {history.series_id && (
        <Files of={`series/${history.series_id}`} what="attendance" name="the attendance of all dates" shown="All dates of this series" formats={[["xlsx", "Excel"], ["csv", "CSV"]]} />
      )}
      <Roster sessionId={sessionId} hasRoster={hasRoster} />
    </section>
  );
}
