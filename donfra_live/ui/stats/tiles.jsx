// The totals of a session, a series, a period.
import { count, counted, goodShare, inSeconds, minutesLong, percent } from "./numbers.js";

function Tile({ name, value, hint }) {
  return (
    <div className="total">
      <dt>{name}</dt>
      <dd>{value ?? <span className="total-none">Not reported</span>}{hint && <span className="muted total-hint">{hint}</span>}</dd>
    </div>
  );
}

export function Tiles({ totals, several }) {
  const { first_picture: picture, quality } = totals;
  const share = goodShare(quality);
  return (
    <dl className="totals" aria-label="Totals">
      {several && <Tile name="Sessions" value={count(totals.sessions)} />}
      <Tile name="People" value={count(totals.joined)} hint={several ? "once a session" : undefined} />
      <Tile name="Most at once" value={count(totals.peak)} />
      <Tile name="Watched" value={minutesLong(totals.minutes_watched)} hint="all together" />
      <Tile name="Drop-outs" value={count(totals.drop_outs)} hint={totals.joined ? `left early: ${percent(totals.drop_outs / totals.joined)}` : undefined} />
      <Tile name="First picture" value={picture.median_ms === null ? null : inSeconds(picture.median_ms)}
        hint={picture.median_ms === null ? undefined : `median; 95 % within ${inSeconds(picture.p95_ms)}`} />
      <Tile name="Good connection" value={share === null ? null : percent(share)} hint={share === null ? undefined : "of the time"} />
    </dl>
  );
}

// After an update; nothing where all are counted.
export function Pending({ of: pending }) {
  if (!pending) return null;
  return <p className="notice-text muted" role="status">{counted(pending, "session is", "sessions are")} still to be counted and not in these figures. Look again in a few minutes.</p>;
}
