// What of a series its host can change beside title, time and length: how it repeats, which dates are left out.
import { useEffect, useState } from "react";
import { ask } from "./act.js";
import { REPEATS } from "./plan_fields.jsx";
import { wallOf, written } from "./when.jsx";

export const AWAY = "The app does not answer. Check your connection and try again.";
const DAY = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
const UNTIL = /;UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/;

// {series} once it is known, or {problem}.
export function useSeries(id) {
  const [found, setFound] = useState({});
  useEffect(() => {
    if (!id) return;
    void ask("GET", `/api/series/${id}`, undefined, AWAY).then(({ ok, answer, sentence }) => setFound(ok ? { series: answer } : { problem: sentence }));
  }, [id]);
  return found;
}

// A stored rule as the form's fields have it: its last day apart, by the host's clock.
function inFields({ rrule, timezone }) {
  const [, ...last] = rrule.match(UNTIL) ?? [];
  const iso = last.length ? `${last.slice(0, 3).join("-")}T${last.slice(3).join(":")}Z` : "";
  return { repeat: rrule.replace(UNTIL, ""), until: iso && wallOf(iso, timezone).date };
}

// What the form says of it, as the server takes it; only what has changed.
export function seriesChanges(series, form) {
  const given = new FormData(form), before = inFields(series);
  const repeat = given.get("repeat"), until = given.get("until");
  const rrule = until ? `${repeat};UNTIL=${until.replaceAll("-", "")}` : repeat;
  const same = repeat === before.repeat && until === before.until;
  const asks = given.get("ask_consent") !== null;
  return { ...(same ? {} : { rrule }), ...(asks === series.ask_consent ? {} : { ask_consent: asks }), exceptions: given.getAll("left_out") };
}

// Of a day without a time.
const onDay = (day) => written(DAY, "UTC").format(new Date(`${day}T12:00:00Z`));

function LeftOut({ series }) {
  const coming = series.coming.map((one) => wallOf(one.starts_at, series.timezone).date);
  const today = wallOf(new Date().toISOString(), series.timezone).date;
  const days = [...new Set([...coming, ...series.exceptions])].sort();
  const shown = days.filter((day) => day >= today);
  return (
    <fieldset className="left-out">
      <legend>Leave out</legend>
      {series.exceptions.filter((day) => day < today).map((day) => <input key={day} type="hidden" name="left_out" value={day} />)}
      <div className="left-out-days" tabIndex={0} role="group" aria-label="Dates to leave out">
        {shown.map((day) => (
          <label key={day} className="check-row"><input type="checkbox" className="check" name="left_out" value={day} defaultChecked={series.exceptions.includes(day)} /><span>{onDay(day)}</span></label>
        ))}
      </div>
      <p className="hint">A date that is left out is cancelled for good.</p>
    </fieldset>
  );
}

export function SeriesFields({ series }) {
  const { repeat, until } = inFields(series);
  const known = REPEATS.some(([rule]) => rule === repeat);
  const choices = [...(known ? [] : [[repeat, "As it is"]]), ...REPEATS.filter(([rule]) => rule)];
  return (
    <>
      <div className="two">
        <div className="field"><label htmlFor="edit-repeat">Repeats</label>
          <select id="edit-repeat" name="repeat" className="input" defaultValue={repeat}>{choices.map(([rule, text]) => <option key={rule} value={rule}>{text}</option>)}</select></div>
        <div className="field"><label htmlFor="edit-until">Last day</label><input id="edit-until" name="until" type="date" className="input" defaultValue={until} aria-describedby="edit-until-hint" />
          <p id="edit-until-hint" className="hint">Empty: no end.</p></div>
      </div>
      <LeftOut series={series} />
    </>
  );
}
