// Plays one recording: speed, chapters to jump to, captions, and the chat as it was at that moment.
import { useEffect, useMemo, useRef, useState } from "react";
import { act, ask } from "../../room/component/act.js";
import { clock } from "../../room/component/clock.js";
import { api } from "../../room/component/store.js";
import { Asking } from "./asking.jsx";
import { Broken, whyNot } from "./broken.jsx";
import { Pictures } from "./pictures.jsx";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

// Every message once; the search of the archive is another thing.
export function useMessages(sessionId, wanted) {
  const [messages, setMessages] = useState([]);
  useEffect(() => {
    if (!wanted) return undefined;
    let gone = false;
    void act("GET", sessionId, "/messages?format=json").then(({ ok, answer }) => {
      if (!gone && ok) setMessages(answer.messages);
    });
    return () => { gone = true; };
  }, [sessionId, wanted]);
  return messages;
}

// The second of the file at which something happened; what happened in a pause stands at its end.
function secondOf(at, anchors, seconds) {
  const moment = new Date(at).getTime() / 1000;
  const n = anchors.findLastIndex((one) => one.clock <= moment);
  if (n < 0) return 0;
  const end = anchors[n + 1]?.at ?? seconds;
  return Math.min(end, anchors[n].at + moment - anchors[n].clock);
}

// What hosts marked and who came to be seen, in the file's order.
function chaptersOf(one) {
  const marks = one.markers.map((m) => ({ ...m, marked: true }));
  return [...one.scenes, ...marks].sort((a, b) => a.at - b.at);
}

// Keeps the row of this moment where it is seen.
function useInView(list, current) {
  useEffect(() => {
    const box = list.current, row = box?.children[current];
    if (!row) return;
    const above = row.offsetTop < box.scrollTop, below = row.offsetTop + row.clientHeight > box.scrollTop + box.clientHeight;
    if (above || below) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }, [current]);
}

function Chapters({ one, now, mayChange, onJump, onDone }) {
  const list = useRef(null);
  const chapters = chaptersOf(one);
  const current = chapters.findLastIndex((c) => c.at <= now + 0.05);
  useInView(list, current);
  if (!chapters.length) return null;
  async function unmark(id) {
    const { ok, sentence } = await ask("DELETE", `/api/recordings/${one.recording_id}/markers/${id}`);
    if (ok) onDone();
    return ok ? "" : sentence;
  }
  return (
    <nav className="chapters" aria-label="Chapters">
      <ol ref={list}>
        {chapters.map((c, n) => (
          <li key={c.marker_id ?? `${c.at}`}>
            <button type="button" className="chapter" aria-current={n === current ? "true" : undefined} onClick={() => onJump(c.at)}>
              <time>{clock(c.at)}</time> <span>{c.title}</span>{c.marked && <span className="badge">Mark</span>}
            </button>
            {c.marked && mayChange && <Asking quiet word="Remove" label={`Remove the mark ${c.title}`} group="Remove the mark?" question="The mark goes for good; the recording stays." yes="Remove mark" act={() => unmark(c.marker_id)} />}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Chat({ lines, now, onJump }) {
  const box = useRef(null);
  const current = lines.findLastIndex((line) => line.second <= now + 0.05);
  useEffect(() => {
    const row = box.current?.children[current];
    if (row) box.current.scrollTop = row.offsetTop - box.current.clientHeight + row.clientHeight + 24;
  }, [current]);
  return (
    <ol className="chat-in-step" aria-label="Chat at this moment" tabIndex={0} ref={box}>
      {lines.map((line, n) => (
        <li key={line.number} className={n <= current ? undefined : "to-come"} aria-current={n === current ? "true" : undefined}>
          <button type="button" className="moment" aria-label={`Jump to ${clock(line.second)}`} onClick={() => onJump(line.second)}>{clock(line.second)}</button>
          <p><strong>{line.author}</strong> {line.text}</p>
        </li>
      ))}
    </ol>
  );
}

// Whether the film does not come, and why: null while it does. tries: after each there is a new player.
function useTrouble(recordingId, media, onBroken) {
  const [why, setWhy] = useState(null);
  const [tries, setTries] = useState(0);
  useEffect(() => { if (tries) media.current?.focus(); }, [tries]);
  function broke() {
    onBroken?.();
    setWhy("");
    void whyNot(recordingId).then(setWhy);
  }
  const again = () => { setWhy(null); setTries((n) => n + 1); };
  return { why, tries, broke, again };
}

export function Player({ one, messages, mayChange, onDone, onBroken }) {
  const media = useRef(null);
  const [now, setNow] = useState(0);
  const [speed, setSpeed] = useState(1);
  const { why, tries, broke, again } = useTrouble(one.recording_id, media, onBroken);
  const own = api(`/api/recordings/${one.recording_id}`);
  // without a player it is where the next one begins
  const jump = (second) => { if (media.current) media.current.currentTime = second; setNow(second); };
  const hasten = (given) => { setSpeed(given); if (media.current) media.current.playbackRate = given; };
  const follow = (e) => setNow(e.currentTarget.currentTime);
  const goOn = (e) => { e.currentTarget.playbackRate = speed; if (now) e.currentTarget.currentTime = now; };
  // not at each step of the film
  const lines = useMemo(() => messages.filter((m) => !m.deleted).map((m) => ({
    number: m.number, author: m.author_name, text: m.text, second: secondOf(m.sent_at, one.anchors, one.seconds),
  })), [messages, one]);
  const Kind = one.audio_only ? "audio" : "video";
  return (
    <div className={lines.length ? "player with-chat" : "player"}>
      {why !== null ? <Broken why={why} focus={tries > 0} onAgain={again} /> : (
        <Kind key={tries} ref={media} className="recording-player" controls preload="metadata" src={`${own}/file`} poster={one.audio_only ? undefined : `${own}/poster`}
          aria-label={one.title || "Recording"} onError={broke} onLoadedMetadata={goOn} onTimeUpdate={follow} onSeeked={follow}>
          {one.has_captions && <track kind="captions" src={`${own}/captions`} label="Captions" default />}
        </Kind>
      )}
      {lines.length > 0 && <Chat lines={lines} now={now} onJump={jump} />}
      {!one.audio_only && <Pictures key={`pictures ${tries}`} own={own} seconds={one.seconds} now={now} onJump={jump} />}
      <label className="speed"><span className="label">Speed</span>
        <select className="input" value={speed} onChange={(e) => hasten(Number(e.target.value))}>
          {SPEEDS.map((s) => <option key={s} value={s}>{s}×</option>)}
        </select>
      </label>
      <Chapters one={one} now={now} mayChange={mayChange} onJump={jump} onDone={onDone} />
    </div>
  );
}
