// A link to a recording, /live/{id}#watch=...: opened once, then its cookie shows the film in place of the page, also
// after a reload of this tab. early.js has hidden the page already (data-film), so that nothing of it flashes up.
import { lazy, Suspense, useEffect, useState } from "react";
import { ask } from "../../room/component/act.js";
import { recall, remember } from "../../room/component/store.js";

const Film = lazy(() => import("./film.jsx").catch(() => ({ default: NotLoaded })));
const marks = () => document.documentElement.dataset;
const sessionHere = () => location.pathname.split("/")[2]?.toLowerCase() ?? "";

function NotLoaded() {
  return <Refused sentence="The player could not be loaded. Check your connection and load the page again." />;
}

function Refused({ sentence }) {
  return (
    <section className="sheet notice">
      <h1>This recording cannot be shown</h1>
      <p role="alert" className="lead">{sentence}</p>
      <a href="/live" className="button primary">See all sessions</a>
    </section>
  );
}

const Bones = () => <div role="status" aria-label="Loading the recording" className="session-head"><div className="bone bone-title" /><div className="bone" /></div>;

// The link's secret, which leaves the address at once.
function taken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("watch");
  if (token) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

// phase: unknown, none (the usual page), opening, film, refused; session: whose page it was then.
const nothing = () => ({ phase: "none", session: sessionHere() });

// A tab that was shown a film goes on showing it after a reload.
function again(now) {
  if (now.session === sessionHere()) return now;
  const [session, recording] = recall("watch").split(" ");
  return recording && session === sessionHere() ? { phase: "film", session, recording } : nothing();
}

async function opened(token) {
  const { ok, answer, sentence } = await ask("POST", "/api/recordings/watch", { token });
  remember("watch", ok && !answer.own ? `${answer.session_id} ${answer.recording_id}` : "");
  if (!ok) return { phase: "refused", session: sessionHere(), sentence };
  return answer.own ? nothing() : { phase: "film", session: sessionHere(), recording: answer.recording_id };
}

function useFilm(sessionId) {
  const [shown, setShown] = useState({ phase: "unknown", session: "" });
  useEffect(() => {
    function begin() {
      const token = taken();
      if (!token) return setShown(again);
      setShown({ phase: "opening", session: sessionHere() });
      return void opened(token).then(setShown);
    }
    begin();
    addEventListener("hashchange", begin);
    return () => removeEventListener("hashchange", begin);
  }, [sessionId]);
  useEffect(() => {
    if (shown.phase === "none") delete marks().film;
    else if (shown.phase !== "unknown") marks().film = "";
  }, [shown.phase]);
  useEffect(() => () => { delete marks().film; }, []);
  return [shown, setShown];
}

export function Watch({ sessionId }) {
  const [{ phase, recording, sentence }, setShown] = useFilm(sessionId);
  const leave = () => { remember("watch", ""); setShown(nothing()); };
  const over = (why) => setShown({ phase: "refused", session: sessionHere(), sentence: why });
  return (
    <div className="watch">
      {phase === "refused" && <Refused sentence={sentence} />}
      {phase === "film" && <Suspense fallback={<Bones />}><Film key={recording} recordingId={recording} onOver={over} onLeave={leave} /></Suspense>}
      {(phase === "unknown" || phase === "opening") && <Bones />}
    </div>
  );
}
