// Whether one may be seen and heard in the recording: asked once for each recording, without holding anything up;
// changed as long as it runs. Who has not said yes is left out of it.
import { useEffect, useState } from "react";
import "./consent.css";
import { act, ask } from "./act.js";

const NONE = { recording_id: "", agreed: null };

function useAsked(state, recording) {
  const [asked, setAsked] = useState(NONE);
  const { sessionId, phase } = state;
  useEffect(() => {
    if (!recording || phase !== "in") return void (recording || setAsked(NONE));
    let gone = false;
    void act("GET", sessionId, "/consent").then(({ ok, answer }) => { if (ok && !gone) setAsked(answer); });
    return () => { gone = true; };
  }, [sessionId, phase, recording]);
  return [asked, setAsked];
}

function Question({ agreed, busy, error, onAnswer }) {
  return (
    <section role="dialog" aria-labelledby="consent-question" className="consent">
      <p id="consent-question">This session is recorded. May you be seen and heard in the recording?</p>
      <div role="alert">{error && <p className="people-problem">{error}</p>}</div>
      <div className="consent-answers" aria-busy={busy}>
        <button type="button" className="room-button" aria-pressed={agreed === true} onClick={() => onAnswer(true)}>Yes</button>
        <button type="button" className="room-button" aria-pressed={agreed === false} onClick={() => onAnswer(false)}>No</button>
      </div>
    </section>
  );
}

export function Consent({ state, recording }) {
  const [asked, setAsked] = useAsked(state, recording);
  const [again, setAgain] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  async function answer(agree) {
    if (busy) return;
    setBusy(true);
    const { ok, answer: now, sentence } = await ask("POST", `/api/recordings/${asked.recording_id}/consent`, { agree });
    setBusy(false);
    setError(ok ? "" : sentence);
    if (!ok) return;
    setAsked(now);
    setAgain(false);
  }
  if (!asked.recording_id) return null;
  if (asked.agreed === null || again) return <Question agreed={asked.agreed} busy={busy} error={error} onAnswer={(agree) => void answer(agree)} />;
  return (
    <p className="consent-given"><span role="status">{asked.agreed ? "You are in the recording." : "You are left out of the recording."}</span>
      <button type="button" className="room-button tiny" onClick={() => setAgain(true)}>Change</button></p>
  );
}
