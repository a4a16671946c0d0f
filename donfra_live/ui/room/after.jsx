// After the call: left, removed or ended, each with a way on.
import { useEffect, useRef, useState } from "react";
import { act } from "./act.js";
import { backToStart, join } from "./link.js";

const TEXTS = {
  ended: ["The session has ended", "Thank you for being here."],
  left: ["You have left", "The session goes on without you."],
  removed: ["You are no longer in the session", "The host removed you, or you came in from another place."],
};

// Whether its page has a recording for him; of those who are no hosts nobody asks.
function useRecorded({ sessionId, phase, hosting }) {
  const [recorded, setRecorded] = useState(false);
  useEffect(() => {
    if (phase === "ended" && hosting) void act("GET", sessionId, "/recordings").then(({ ok, answer }) => setRecorded(ok && answer.recordings.length > 0));
  }, [sessionId, phase, hosting]);
  return recorded;
}

export function AfterCall({ state }) {
  const title = useRef(null);
  const recorded = useRecorded(state);
  useEffect(() => title.current?.focus(), [state.phase]);
  const [head, text] = TEXTS[state.phase];
  const again = state.phase !== "ended" && state.card.status !== "ended";
  const comeIn = () => {
    backToStart();
    if (location.pathname.startsWith("/live/") && !state.hosting) void join(state.sessionId, state.name);
  };
  return (
    <section className="after" aria-label={head}>
      <div className="after-sheet">
        <h2 ref={title} tabIndex={-1}>{head}</h2>
        <p>{state.title && <strong>{state.title}. </strong>}{text}</p>
        <div className="after-buttons">
          {!again && state.sessionId && <a className="button primary" href={`/live/${state.sessionId}`}>{recorded ? "Recording, chat and times" : "Chat and times"}</a>}
          {again && <button type="button" className="button primary" onClick={comeIn}>Join again</button>}
          <a className="button" href="/live">All sessions</a>
        </div>
      </div>
    </section>
  );
}
