// Name and Join; on /live also the session's id. The fields belong to the browser, not to React: what was
// typed before the page came alive stays.
import { useEffect, useRef } from "react";
import { arrive, join, stopWaiting } from "./link.js";
import { rememberedName } from "./store.js";

export function JoinForm({ askId, card, name, state }) {
  const nameField = useRef(null);
  const idField = useRef(null);
  const waiting = state.phase === "waiting";
  const busy = state.phase === "joining";

  useEffect(() => {
    const field = nameField.current;
    if (field && !field.value) field.value = name || rememberedName();
  }, [name, waiting]);

  const idGiven = () => (askId ? idField.current.value.trim() : card.id);
  function submit(event) {
    event.preventDefault();
    const typed = nameField.current.value.trim();
    const id = idGiven();
    if (!id) return idField.current.focus();
    if (!typed) return nameField.current.focus();
    void join(id, typed);
  }

  if (waiting) {
    return (
      <section className="sheet waiting" aria-label="Waiting">
        <p role="status"><span className="pulse" aria-hidden="true" /> Waiting for the host to go live. You come in by yourself.</p>
        <button type="button" className="button" onClick={stopWaiting}>Stop waiting</button>
      </section>
    );
  }
  return (
    <form id="join-form" className={askId ? "form" : "form sheet"} noValidate onSubmit={submit} aria-label="Join the session">
      {askId && (
        <div className="field">
          <label htmlFor="join-session">Session ID</label>
          <input ref={idField} id="join-session" name="session_id" className="input mono" type="text" autoComplete="off"
            spellCheck={false} onInput={(e) => arrive(e.target.value.trim().toLowerCase())} />
        </div>
      )}
      <div className="field">
        <label htmlFor="join-name">Your name</label>
        <input ref={nameField} id="join-name" name="name" className="input" type="text" autoComplete="name" maxLength={80}
          onFocus={() => card.status === "live" && arrive(card.id)} />
      </div>
      <div role="alert">{state.error && <p className="refusal">{state.error}</p>}</div>
      <button type="submit" className="button primary wide" aria-busy={busy}>Join</button>
      <p className="hint centred">You watch and chat. Nobody sees or hears you.</p>
    </form>
  );
}
