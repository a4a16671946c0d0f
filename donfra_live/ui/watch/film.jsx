// The film that a link leads to. Asked for again and again, so that it ends when its link does, also while it plays.
import { useEffect, useRef, useState } from "react";
import { send } from "../../room/component/store.js";
import "../../history/component/history.css";
import { MISSING } from "../../history/component/broken.jsx";
import { Player } from "../../history/component/player.jsx";
import { lasting, onDay } from "../../history/component/words.js";

const EVERY_MS = 10_000;
const NONE = [];

function useWatching(recordingId, onOver) {
  const [film, setFilm] = useState(null);
  const known = useRef("");
  async function look() {
    const response = await send("GET", `/api/recordings/${recordingId}/watching`).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!answer) return; // away: asked again
    if ([401, 403, 404].includes(response.status)) onOver(answer.detail);
    const text = JSON.stringify(answer);
    if (!response.ok || text === known.current) return;
    known.current = text;
    setFilm({ ...answer, scenes: NONE });
  }
  useEffect(() => {
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [recordingId]);
  return [film, look];
}

export default function Film({ recordingId, onOver, onLeave }) {
  const [film, look] = useWatching(recordingId, onOver);
  useEffect(() => { if (film) document.title = film.title || film.session_title; }, [film]);
  if (!film) return <div role="status" aria-label="Loading the recording" className="session-head"><div className="bone bone-title" /></div>;
  return (
    <>
      <div className="session-head">
        <h1>{film.title || film.session_title}</h1>
        <p className="lead">{film.title ? film.session_title : "Recording"}</p>
      </div>
      <section className="sheet" aria-label="Recording">
        {film.missing ? <p role="alert" className="refusal">{MISSING}</p>
          : <Player one={film} messages={NONE} mayChange={false} onBroken={() => void look()} />}
        <p className="muted">From {onDay(film.created_at)}, {lasting(film.seconds)}.</p>
      </section>
      <p><button type="button" className="button small" onClick={onLeave}>Open the session's page</button></p>
    </>
  );
}
