// A question that must be answered before something final happens; the browser's own dialog keeps the focus.
import { useEffect, useRef, useState } from "react";

export function EndDialog({ onClose, onEnd }) {
  const dialog = useRef(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  async function end() {
    if (busy) return;
    setBusy(true);
    setError(await onEnd());
    setBusy(false);
  }
  return (
    <dialog ref={dialog} className="room-dialog" aria-labelledby="end-title" onClose={onClose}>
      <h2 id="end-title">End the session for everyone?</h2>
      <p>Everybody is put out, and nobody can join any more. This cannot be undone.</p>
      <div role="alert">{error && <p className="room-refusal">{error}</p>}</div>
      <div className="dialog-buttons">
        <button type="button" className="room-button" autoFocus onClick={() => dialog.current.close()}>Cancel</button>
        <button type="button" className="room-button danger" aria-busy={busy} onClick={end}>End session</button>
      </div>
    </dialog>
  );
}
