// A button that asks once before something goes for good. The same for a recording, a link to it and its marks.
import { useState } from "react";

// act: does it, and answers with a sentence when that is refused. quiet: for a button in each row of a long list.
// `asking` is null as long as nobody has pressed it.
export function Asking({ word, label, group, question, yes, keep = "Keep it", quiet, act }) {
  const [asking, setAsking] = useState(null);
  const [error, setError] = useState("");
  const close = () => { setAsking(false); setError(""); };
  if (!asking) return <button type="button" className={quiet ? "button small" : "button small danger"} aria-label={label} autoFocus={asking === false} onClick={() => setAsking(true)}>{word}</button>;
  return (
    <div role="group" aria-label={group} className="recording-question">
      <p>{question}</p>
      <div role="alert">{error && <p className="refusal">{error}</p>}</div>
      <div className="row">
        <button type="button" className="button small danger" onClick={() => void act().then(setError)}>{yes}</button>
        <button type="button" className="button small" autoFocus onClick={close}>{keep}</button>
      </div>
    </div>
  );
}
