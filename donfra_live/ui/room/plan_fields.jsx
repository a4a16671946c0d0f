// Part of the form that creates a session: now, or later on a date. Which of the two is shown is CSS's, and the
// fields are the browser's own, so that they work before the page is alive.
import { useEffect, useRef, useState } from "react";
import { wallOf, zoneHere } from "./when.jsx";

const LENGTHS = [[15, "15 minutes"], [30, "30 minutes"], [45, "45 minutes"], [60, "1 hour"], [90, "1 hour 30"], [120, "2 hours"], [180, "3 hours"], [240, "4 hours"]];
export const REPEATS = [
  ["", "Does not repeat"], ["FREQ=DAILY", "Every day"], ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Monday to Friday"],
  ["FREQ=WEEKLY", "Every week"], ["FREQ=WEEKLY;INTERVAL=2", "Every two weeks"], ["FREQ=MONTHLY", "Every month, same day"],
];
const NEXT_HOUR = 3_600_000;

export function Zones({ id, chosen }) {
  const [zones, setZones] = useState(chosen ? [chosen] : []);
  useEffect(() => {
    const here = chosen || zoneHere();
    setZones([...new Set([here, zoneHere(), "UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])])]);
  }, [chosen]);
  return (
    <select id={id} name="time_zone" className="input" key={zones.length}>
      {zones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}</option>)}
    </select>
  );
}

export function PlanFields() {
  const date = useRef(null), time = useRef(null);
  useEffect(() => {
    // the next full hour but one: there is time to tell people
    const soon = wallOf(new Date(Math.ceil(Date.now() / NEXT_HOUR) * NEXT_HOUR + NEXT_HOUR).toISOString(), zoneHere());
    if (!date.current.value) date.current.value = soon.date;
    if (!time.current.value) time.current.value = soon.time;
    date.current.min = wallOf(new Date().toISOString(), zoneHere()).date;
  }, []);
  return (
    <div className="plan-choice">
      <fieldset className="choice">
        <legend className="unseen">When</legend>
        <label><input type="radio" name="plan" value="now" defaultChecked className="unseen" /><span>Start now</span></label>
        <label><input type="radio" name="plan" value="later" className="unseen" /><span>Plan for later</span></label>
      </fieldset>
      <div className="later">
        <div className="two">
          <div className="field"><label htmlFor="plan-date">Date</label><input ref={date} id="plan-date" name="date" type="date" className="input" /></div>
          <div className="field"><label htmlFor="plan-time">Start</label><input ref={time} id="plan-time" name="time" type="time" className="input" /></div>
        </div>
        <div className="two">
          <div className="field"><label htmlFor="plan-length">Length</label>
            <select id="plan-length" name="duration" className="input" defaultValue="60">{LENGTHS.map(([minutes, text]) => <option key={minutes} value={minutes}>{text}</option>)}</select></div>
          <div className="field"><label htmlFor="plan-zone">Time zone</label><Zones id="plan-zone" /></div>
        </div>
        <div className="two repeat">
          <div className="field"><label htmlFor="plan-repeat">Repeats</label>
            <select id="plan-repeat" name="repeat" className="input" defaultValue="">{REPEATS.map(([rule, text]) => <option key={rule} value={rule}>{text}</option>)}</select></div>
          <div className="field until"><label htmlFor="plan-until">Last day</label><input id="plan-until" name="until" type="date" className="input" aria-describedby="plan-until-hint" />
            <p id="plan-until-hint" className="hint">Empty: no end.</p></div>
        </div>
        <div className="field"><label htmlFor="plan-about">Description</label>
          <textarea id="plan-about" name="description" className="input" rows={3} maxLength={4000} /></div>
        <label className="check-row"><input type="checkbox" name="starts_itself" className="check" /><span>Goes on air by itself at the start</span></label>
      </div>
    </div>
  );
}
