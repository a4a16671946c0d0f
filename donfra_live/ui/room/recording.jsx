// Recording, for hosts and co-hosts: begin, pause, go on, stop; how long it is and how much it takes.
import { useEffect, useState } from "react";
import { act, ask } from "./act.js";
import { Answers } from "./answers.jsx";
import { clock } from "./clock.js";
import { Act } from "./moderate.jsx";
import { left, megabytes } from "./space.js";

const EVERY_MS = 2000;
const WORDS = { starting: "Starting…", recording: "Recording", paused: "Paused", finishing: "Making the file…" };

// The newest one while it is not over, asked for again and again: the recorder alone knows how far it is.
function useCurrent(sessionId, told) {
  const [current, setCurrent] = useState(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    async function look() {
      const { ok, answer } = await act("GET", sessionId, "/recordings");
      if (!gone && ok) setCurrent(answer.recordings[0] ?? null);
    }
    void look();
    const timer = told || WORDS[current?.status] ? setInterval(() => void look(), EVERY_MS) : null;
    return () => { gone = true; clearInterval(timer); };
  }, [sessionId, told, round, Boolean(WORDS[current?.status])]);
  return [current, () => setRound((n) => n + 1)];
}

function Facts({ one }) {
  if (one.status === "failed") return <p className="people-problem" role="alert">The recording failed. {one.reason}</p>;
  if (one.status === "ready") return <p className="faint">{clock(one.seconds)} recorded. {one.reason} You find it on the session's page after the end.</p>;
  return <p role="status">{WORDS[one.status]} <span className="faint">{clock(one.seconds)}, {megabytes(one.bytes)}</span></p>;
}

// A moment to find again; what it is called may be said, or left out.
function Mark({ own, onDone }) {
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  async function mark() {
    if (busy) return;
    setBusy(true);
    const { ok, answer, sentence } = await ask("POST", `${own}/markers`, { title: title.trim() });
    setBusy(false);
    setSaid(ok ? `Marked at ${clock(answer.at)}.` : sentence);
    if (ok) setTitle("");
    onDone();
  }
  return (
    <form className="invite-form" onSubmit={(e) => { e.preventDefault(); void mark(); }}>
      <label className="room-field"><span>Mark this moment</span>
        <input className="room-input" value={title} maxLength={120} placeholder="Questions" autoComplete="off" onChange={(e) => setTitle(e.target.value)} />
      </label>
      <Act busy={busy} does={() => void mark()}>Mark</Act>
      <span role="status" className="faint">{said}</span>
    </form>
  );
}

// space: what can be recorded here, null while that is not known.
export function Recording({ state, card, space }) {
  const [current, again] = useCurrent(state.sessionId, card.recording);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [tracks, setTracks] = useState(false);
  async function post(path, body = {}) {
    if (busy) return;
    setBusy(true);
    const { ok, sentence } = await ask("POST", path, body);
    setBusy(false);
    setError(ok ? "" : sentence);
    again();
  }
  const own = `/api/recordings/${current?.recording_id}`;
  const status = WORDS[current?.status] ? current.status : "";
  const never = Boolean(space && !space.leaves_out && card.ask_consent);
  return (
    <section aria-label="Recording" className="people-part" aria-busy={busy}>
      <h3>Recording</h3>
      {current && <Facts one={current} />}
      {status && <Answers one={current} />}
      {!status && !never && space?.separates && <label className="check-row"><input type="checkbox" className="check" checked={tracks} onChange={(e) => setTracks(e.target.checked)} /><span>Each voice and picture in a file of its own as well</span></label>}
      <div className="invite-form">
        {!status && !never && <Act busy={busy} does={() => void post(`/api/live/${state.sessionId}/recordings`, { tracks })}>Record</Act>}
        {status === "recording" && <Act busy={busy} does={() => void post(`${own}/pause`)}>Pause recording</Act>}
        {status === "paused" && <Act busy={busy} does={() => void post(`${own}/resume`)}>Go on recording</Act>}
        {["recording", "paused", "starting"].includes(status) && <Act busy={busy} danger does={() => void post(`${own}/stop`)}>Stop recording</Act>}
      </div>
      {["recording", "paused"].includes(status) && <Mark own={own} onDone={again} />}
      <span role="alert" className="people-problem">{error}</span>
      {!status && never && <p role="note">This session asks for consent, and the recorder of this place cannot leave anybody out. To record everybody, stop asking for consent above.</p>}
      {!status && !never && space && <p className="faint">{left(space)}</p>}
      {!current && !never && <p className="faint">Everybody in the session sees that it is recorded, and who comes is told before.</p>}
    </section>
  );
}
