// Recording, for hosts and co-hosts: begin, pause, go on, stop; how long it is and how much it takes.
import { useEffect, useState } from "react";
import { act, ask } from "./act.js";
import { Answers } from "./answers.jsx";
import { useAsked } from "./asked.js";
import { clock } from "./clock.js";
import { Films } from "./films.jsx";
import { left, megabytes } from "./space.js";
import { Act } from "./sure.jsx";

const EVERY_MS = 2000;
const WORDS = { starting: "Starting…", recording: "Recording", paused: "Paused", finishing: "Making the file…" };

const TOLD = "Everybody in the session sees that it is recorded, and who comes is told before.";
// What is recorded: as it stands here, and as it is asked for.
const WHAT = {
  stage: ["The stage", { layout: "stage" }],
  grid: ["Everybody in a grid", { layout: "grid" }],
  sound: ["The sound only", { audio_only: true }],
};

// All, the newest first. Asked for again and again while that is not over: the recorder alone knows how far it is.
function useAll(sessionId, told) {
  const [all, setAll] = useState([]);
  const [round, setRound] = useState(0);
  const runs = Boolean(WORDS[all[0]?.status]);
  useEffect(() => {
    let gone = false;
    async function look() {
      const { ok, answer } = await act("GET", sessionId, "/recordings");
      if (!gone && ok) setAll(answer.recordings);
    }
    void look();
    const timer = told || runs ? setInterval(() => void look(), EVERY_MS) : null;
    return () => { gone = true; clearInterval(timer); };
  }, [sessionId, told, round, runs]);
  return [all, () => setRound((n) => n + 1)];
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

// Before it begins: what of the session, and whether each person alone as well.
function Wish({ wish, separates, onChange }) {
  const { what, tracks } = wish;
  return (
    <>
      <label className="room-field"><span>What is recorded</span>
        <select className="room-input" value={what} onChange={(e) => onChange({ ...wish, what: e.target.value })}>
          {Object.entries(WHAT).map(([key, [words]]) => <option key={key} value={key}>{words}</option>)}
        </select>
      </label>
      {separates && <label className="check-row"><input type="checkbox" className="check" checked={tracks} onChange={(e) => onChange({ ...wish, tracks: e.target.checked })} /><span>{what === "sound" ? "Each voice" : "Each voice and picture"} in a file of its own as well</span></label>}
    </>
  );
}

// What can be watched already. The page has it too, once the session is over.
function Watch({ state, all, onChange }) {
  const films = useAsked();
  const ready = all.filter((one) => one.status === "ready").length;
  return (
    <>
      {ready > 0 && <Act does={films.ask}>{ready === 1 ? "Watch recording" : `Watch recordings (${ready})`}</Act>}
      {films.times > 0 && <Films key={films.times} sessionId={state.sessionId} news={ready} onClose={() => { films.done(); onChange(); }} />}
    </>
  );
}

// space: what can be recorded here, null while that is not known.
export function Recording({ state, card, space }) {
  const [all, again] = useAll(state.sessionId, card.recording);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [wish, setWish] = useState({ what: "stage", tracks: false });
  async function post(path, body = {}) {
    if (busy) return;
    setBusy(true);
    const { ok, sentence } = await ask("POST", path, body);
    setBusy(false);
    setError(ok ? "" : sentence);
    again();
  }
  const current = all[0];
  const own = `/api/recordings/${current?.recording_id}`;
  const status = WORDS[current?.status] ? current.status : "";
  const runs = ["recording", "paused", "starting"].includes(status);
  const never = Boolean(space && !space.leaves_out && card.ask_consent);
  const begin = () => void post(`/api/live/${state.sessionId}/recordings`, { ...WHAT[wish.what][1], tracks: wish.tracks });
  return (
    <section aria-label="Recording" className="people-part" aria-busy={busy}>
      <h3>Recording</h3>
      {current && <Facts one={current} />}
      {status && <Answers one={current} />}
      {!status && !never && <Wish wish={wish} separates={space?.separates} onChange={setWish} />}
      <div className="invite-form">
        {!status && !never && <Act busy={busy} does={begin}>Record</Act>}
        {status === "recording" && <Act busy={busy} does={() => void post(`${own}/pause`)}>Pause recording</Act>}
        {status === "paused" && <Act busy={busy} does={() => void post(`${own}/resume`)}>Go on recording</Act>}
        {runs && <Act busy={busy} danger does={() => void post(`${own}/stop`)}>Stop recording</Act>}
        <Watch state={state} all={all} onChange={again} />
      </div>
      {["recording", "paused"].includes(status) && <Mark own={own} onDone={again} />}
      <span role="alert" className="people-problem">{error}</span>
      {!status && never && <p role="note">This session asks for consent, and the recorder of this place cannot leave anybody out. To record everybody, stop asking for consent below.</p>}
      {(runs || (!status && !never)) && <p className="faint">{TOLD}{space && ` ${left(space, status ? current.audio_only : wish.what === "sound")}`}</p>}
    </section>
  );
}
