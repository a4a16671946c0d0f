// What was done: hands, stage, moderation; in order, by the names people had then.
import { useState } from "react";
import { said } from "../../room/component/said.js";
import { atSecond } from "./words.js";

const FIRST = 20;

function Act({ act }) {
  const { who, does, whom, then, more } = said(act.who, act.act, act.target, act.detail);
  return (
    <li className="line">
      <time dateTime={act.at} className="muted">{atSecond(act.at)}</time>
      <p><strong>{who}</strong> {does} {whom && <strong>{whom}</strong>}{then} {more && <span className="muted">({more})</span>}</p>
    </li>
  );
}

export function Acts({ acts }) {
  const [all, setAll] = useState(false);
  const shown = all ? acts : acts.slice(0, FIRST);
  return (
    <section className="sheet part" aria-label="What was done">
      <h2>What was done</h2>
      {acts.length === 0 ? <p className="empty">Nobody raised a hand, and nothing had to be moderated.</p> : <ol className="lines">{shown.map((act, n) => <Act key={n} act={act} />)}</ol>}
      {shown.length < acts.length && <p><button type="button" className="button small" onClick={() => setAll(true)}>Show all {acts.length}</button></p>}
    </section>
  );
}
