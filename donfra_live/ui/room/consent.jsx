// Whether one may be seen and heard in the recording: asked once for each recording, without holding anything up;
// changed as long as it runs. Who has not said yes is left out of it.
import { useEffect, useRef, useState } from "react";
import "./consent.css";
import { act, ask } from "./act.js";

const EVERY_MS = 20_000;
const NONE = { recording_id: "", agreed: null };

// Asked for again now and then: another recording may have begun as soon as one ended, or another tab answered.
function useConsent(state, recording) {
  const [asked, setAsked] = useState(NONE);
  const { sessionId, phase } = state;
  const asks = Boolean(asked.recording_id);
  const given = useRef(0); // how often he answered: what was asked before that is old
  useEffect(() => {
    if (!recording) setAsked(NONE);
    if (!recording || phase !== "in") return undefined;
    let gone = false;
    async function look() {
      const before = given.current;
      const { ok, answer } = await act("GET", sessionId, "/consent");
      if (ok && !gone && before === given.current) setAsked(answer);
    }
    void look();
    const timer = asks ? setInterval(() => void look(), EVERY_MS) : null;
    return () => { gone = true; clearInterval(timer); };
  }, [sessionId, phase, recording, asks]);
  return [asked, (now) => { given.current += 1; setAsked(now); }];
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
  const [asked, setAsked] = useConsent(state, recording);
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
