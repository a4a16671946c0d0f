// All recordings of one's own sessions: where they are watched, and how much room they take.
import { useEffect, useState } from "react";
import { ask } from "../../room/component/act.js";
import { megabytes, taken } from "../../room/component/space.js";
import { longDay } from "./numbers.js";

const AT_ONCE = 10;
const SAID = { starting: "starting", recording: "running", paused: "paused", finishing: "being made", failed: "failed" };
const minutes = (seconds) => (seconds < 60 ? "under a minute" : `${Math.round(seconds / 60)} min`);

function Row({ one }) {
  const about = SAID[one.status] ?? (one.missing ? "its file is missing" : `${minutes(one.seconds)}, ${megabytes(one.bytes)}, ${one.audience === "members" ? "for everybody who was there" : "for hosts"}`);
  return (
    <li>
      <a href={`/live/${one.session_id}`}>{one.title || one.session_title}</a>
      <span className="muted">{longDay(one.created_at)}, {about}</span>
    </li>
  );
}

export function OwnRecordings() {
  const [known, setKnown] = useState({ recordings: [], more: false, bytes: 0 });
  const [problem, setProblem] = useState("");
  async function load(offset) {
    const { ok, answer, sentence } = await ask("GET", `/api/recordings?limit=${AT_ONCE}&offset=${offset}`);
    setProblem(ok ? "" : sentence);
    if (ok) setKnown((now) => ({ ...answer, recordings: [...now.recordings.slice(0, offset), ...answer.recordings] }));
  }
  useEffect(() => void load(0), []);
  if (!known.recordings.length && !problem) return null;
  return (
    <section className="sheet part" aria-label="My recordings">
      <div className="figures-head"><h2>My recordings</h2><p className="muted">{megabytes(known.bytes)} in all{known.quota_bytes > 0 && `; your own sessions take up ${taken(known)}`}</p></div>
      <div role="alert">{problem && <p className="refusal">{problem}</p>}</div>
      <ul className="own-recordings">{known.recordings.map((one) => <Row key={one.recording_id} one={one} />)}</ul>
      {known.more && <p><button type="button" className="button small" onClick={() => void load(known.recordings.length)}>Show more</button></p>}
    </section>
  );
}
