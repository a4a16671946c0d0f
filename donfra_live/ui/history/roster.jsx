// The list of who was expected: a CSV file, sent as it is; the server reads it and says what is wrong with it.
import { useRef, useState } from "react";
import { upload } from "../../room/component/act.js";

const AWAY = "The list could not be sent. Check your connection and try again.";

export function Roster({ sessionId, hasRoster }) {
  const field = useRef(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const [done, setDone] = useState("");

  async function send(event) {
    event.preventDefault();
    const file = field.current?.files?.[0];
    setDone("");
    if (!file) return setRefused("Choose a file first.");
    setBusy(true);
    const { ok, sentence } = await upload(`/api/live/${sessionId}/roster`, "text/csv", file, AWAY);
    setBusy(false);
    setRefused(ok ? "" : sentence);
    if (!ok) return undefined;
    setDone("The list is there. The table shows who came.");
    field.current.value = "";
    return undefined;
  }
  return (
    <details className="more roster">
      <summary>{hasRoster ? "Another list of who was expected" : "Upload the list of who was expected"}</summary>
      <form className="form" onSubmit={send} aria-label="Who was expected">
        <div className="field">
          <label htmlFor="roster-file">CSV file with name and e-mail</label>
          <input ref={field} id="roster-file" type="file" accept=".csv,.txt,text/csv,text/plain" className="input" />
          <p className="hint">One person in each line. {hasRoster ? "It takes the place of the list you have." : "The table then says who was late, left early or never came."}</p>
        </div>
        <div role="alert">{refused && <p className="refusal">{refused}</p>}</div>
        <div role="status">{done && <p className="good">{done}</p>}</div>
        <button type="submit" className="button" aria-busy={busy}>Upload list</button>
      </form>
    </details>
  );
}
