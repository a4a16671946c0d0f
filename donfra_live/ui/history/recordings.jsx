// The recordings of a session that is over, for its hosts: to watch here and to keep.
import { useEffect, useState } from "react";
import { act, ask } from "../../room/component/act.js";
import { api } from "../../room/component/store.js";
import { atClock, lasting } from "./words.js";

const EVERY_MS = 3000;
const RUNS = ["starting", "recording", "paused", "finishing"];

function useRecordings(sessionId) {
  const [found, setFound] = useState(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let timer;
    let gone = false;
    async function look() {
      const { ok, answer } = await act("GET", sessionId, "/recordings");
      if (gone) return;
      const list = ok ? answer.recordings : [];
      setFound(list);
      if (list.some((one) => RUNS.includes(one.status))) timer = setTimeout(() => void look(), EVERY_MS);
    }
    void look();
    return () => { gone = true; clearTimeout(timer); };
  }, [sessionId, round]);
  return [found, () => setRound((n) => n + 1)];
}

// One question before it goes for good.
function Delete({ one, onDone }) {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState("");
  async function remove() {
    const { ok, sentence } = await ask("DELETE", `/api/recordings/${one.recording_id}`);
    if (ok) onDone();
    else setError(sentence);
  }
  if (!asking) return <button type="button" className="button small danger" onClick={() => setAsking(true)}>Delete recording</button>;
  return (
    <div role="group" aria-label="Delete the recording?" className="recording-question">
      <p>The recording goes for good.</p>
      <div role="alert">{error && <p className="refusal">{error}</p>}</div>
      <div className="row">
        <button type="button" className="button small danger" onClick={() => void remove()}>Delete for good</button>
        <button type="button" className="button small" autoFocus onClick={() => setAsking(false)}>Keep it</button>
      </div>
    </div>
  );
}

function One({ one, address, onDone }) {
  const size = `${Math.max(0.1, one.bytes / 1e6).toFixed(1)} MB`;
  if (one.status === "failed") return <li><p className="refusal">The recording from {atClock(one.created_at)} failed. {one.reason}</p><Delete one={one} onDone={onDone} /></li>;
  if (one.status !== "ready") return <li><p role="status">The file of the recording from {atClock(one.created_at)} is being made…</p></li>;
  const Player = one.audio_only ? "audio" : "video";
  return (
    <li>
      <Player className="recording-player" controls preload="metadata" src={address} aria-label={`Recording from ${atClock(one.created_at)}`} />
      <p className="muted">From {atClock(one.created_at)}, {lasting(one.seconds)}, {size}, by {one.started_by}. {one.reason}</p>
      <div className="row">
        <a className="button small" href={address} download>Download recording</a>
        <Delete one={one} onDone={onDone} />
      </div>
    </li>
  );
}

export function Recordings({ sessionId }) {
  const [found, again] = useRecordings(sessionId);
  if (!found?.length) return null;
  return (
    <section className="sheet" aria-label="Recordings">
      <h2>{found.length === 1 ? "Recording" : "Recordings"}</h2>
      <ul className="recordings">
        {found.map((one) => <One key={one.recording_id} one={one} address={api(`/api/recordings/${one.recording_id}/file`)} onDone={again} />)}
      </ul>
    </section>
  );
}
