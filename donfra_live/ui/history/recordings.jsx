// The recordings of a session that is over: to watch and to keep; for its hosts also to name, give and delete.
import { useEffect, useState } from "react";
import { act, ask } from "../../room/component/act.js";
import { clock } from "../../room/component/clock.js";
import { api } from "../../room/component/store.js";
import { Asking } from "./asking.jsx";
import { MISSING } from "./broken.jsx";
import { Change } from "./change_recording.jsx";
import { Consents } from "./consents.jsx";
import { Player, useMessages } from "./player.jsx";
import { Rows } from "./rows.jsx";
import { atClock, lasting } from "./words.js";

const AT_ONCE = 5; // each has a player
const sizeOf = (bytes) => `${Math.max(0.1, bytes / 1e6).toFixed(1)} MB`;

// news: a number that changes when something of the session has.
function useRecordings(sessionId, news) {
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    async function look() {
      const { ok, answer, sentence } = await act("GET", sessionId, "/recordings");
      if (gone) return;
      setFault(ok ? "" : sentence);
      if (ok) setFound(answer.recordings);
    }
    void look();
    return () => { gone = true; };
  }, [sessionId, round, news]);
  return [found, fault, () => setRound((n) => n + 1)];
}

function Fault({ sentence, onAgain }) {
  return (
    <section className="sheet notice-text recordings-away" aria-label="Recordings">
      <h2>Recordings</h2>
      <p role="alert" className="refusal">{sentence}</p>
      <p><button type="button" className="button small" onClick={onAgain}>Try again</button></p>
    </section>
  );
}

function Delete({ one, onDone }) {
  async function remove() {
    const { ok, sentence } = await ask("DELETE", `/api/recordings/${one.recording_id}`);
    if (ok) onDone();
    return ok ? "" : sentence;
  }
  return <Asking word="Delete recording" group="Delete the recording?" question="The recording goes for good." yes="Delete for good" act={remove} />;
}

const gap = ({ at, lost }) => `${lost < 1.5 ? "about a second" : `${Math.round(lost)} seconds`} at ${clock(at)}`;

const KINDS = { voice: "Voice", camera: "Camera", screen: "Screen" };

// Each person alone, as long as the film: to be laid under it in an editor.
function Tracks({ one }) {
  if (!one.tracks.length) return null;
  return (
    <section aria-label="Voices and pictures" className="tracks">
      <p><strong>Voices and pictures</strong> <span className="muted">Each begins with the recording and is as long.</span></p>
      <Rows label="Voices and pictures">
        {one.tracks.map((t) => (
          <li key={t.number}>
            <span className="track-name"><span className="muted">{KINDS[t.kind]}</span> {t.name}</span> <span className="muted">{sizeOf(t.bytes)}</span>
            {t.missing ? <span className="muted">Its file is missing.</span>
              : <a className="button small" href={api(`/api/recordings/${one.recording_id}/tracks/${t.number}`)} download aria-label={`Download the ${t.kind} of ${t.name}`}>Download</a>}
          </li>
        ))}
      </Rows>
    </section>
  );
}

function One({ one, messages, mayChange, onDone }) {
  if (one.status === "failed") return <li><p className="refusal">The recording from {atClock(one.created_at)} failed. {one.reason}</p>{mayChange && <Delete one={one} onDone={onDone} />}</li>;
  if (one.status !== "ready") return <li><p role="status">The file of the recording from {atClock(one.created_at)} is being made…</p></li>;
  const own = `/api/recordings/${one.recording_id}`;
  return (
    <li>
      {one.title && <h3>{one.title}</h3>}
      {one.missing ? <p className="refusal">{MISSING}</p>
        : <Player one={one} messages={messages} mayChange={mayChange} onDone={onDone} onBroken={onDone} />}
      <p className="muted">From {atClock(one.created_at)}, {lasting(one.seconds)}, {sizeOf(one.bytes)}, by {one.started_by}. {one.reason}</p>
      {one.gaps.length > 0 && <p className="muted">Missing in it, because the recorder was started again: {one.gaps.map(gap).join(", ")}.</p>}
      {one.waits && !one.missing && mayChange && <p className="muted">The storage of this place does not answer: the file is still on the machine that recorded it, and is moved later.</p>}
      <div className="row">
        {!one.missing && <a className="button small" href={api(`${own}/file?download=true`)} download>Download recording</a>}
        {mayChange && <Delete one={one} onDone={onDone} />}
      </div>
      {mayChange && <Tracks one={one} />}
      {mayChange && !one.missing && <Change one={one} onDone={onDone} />}
      {mayChange && one.by_consent && <Consents recordingId={one.recording_id} />}
    </li>
  );
}

// none: what is said when there are no recordings; nothing else.
export function Recordings({ sessionId, news, mayChange, seesChat, none }) {
  const [found, fault, again] = useRecordings(sessionId, news);
  const [shown, setShown] = useState(AT_ONCE);
  const messages = useMessages(sessionId, seesChat && Boolean(found?.length));
  if (!found && fault) return <Fault sentence={fault} onAgain={again} />;
  if (!found?.length) return found && none ? <p className="sheet">{none}</p> : null;
  return (
    <section className="sheet" aria-label="Recordings">
      <h2>{found.length === 1 ? "Recording" : "Recordings"}</h2>
      <ul className="recordings">
        {found.slice(0, shown).map((one) => <One key={one.recording_id} one={one} messages={messages} mayChange={mayChange} onDone={again} />)}
      </ul>
      {shown < found.length && <p className="row recordings-more"><button type="button" className="button small" onClick={() => setShown((n) => n + AT_ONCE)}>Show more</button><span className="muted">{shown} of {found.length}</span></p>}
    </section>
  );
}
