// The last host leaves: who carries on?
import { useEffect, useRef, useState } from "react";
import { act } from "./act.js";
import { byRoleAndName, membersOf, roleOf } from "./rights.js";

const othersOf = (people) => [...membersOf(people).values()].filter((p) => !p.isLocal && p.attributes?.member);

export function needsDeputy(people, rights) {
  const others = othersOf(people);
  return rights.role === "host" && others.length > 0 && !others.some((p) => roleOf(p) === "host");
}

export function DeputyDialog({ state, people, onClose, onLeave }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current?.showModal(), []);
  // As they were on opening: a list that changes under one's hand would name somebody else.
  const [others] = useState(() => othersOf(people).sort(byRoleAndName).slice(0, 50));
  const choice = useRef(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  async function name() {
    if (busy) return;
    setBusy(true);
    const { ok, sentence } = await act("POST", state.sessionId, "/host", { member_id: choice.current.value, keep: true });
    setBusy(false);
    if (ok) onLeave();
    else setError(sentence);
  }
  return (
    <dialog ref={dialog} className="room-dialog" aria-labelledby="deputy-title" onClose={onClose}>
      <h2 id="deputy-title">Who carries on as host?</h2>
      <p>You stay host and can come back any time. Without a host, a co-host takes over after a while.</p>
      <label className="room-field"><span>Deputy</span>
        <select ref={choice} className="room-input">{others.map((p) => <option key={p.identity} value={p.attributes.member}>{p.name}</option>)}</select>
      </label>
      <div role="alert">{error && <p className="room-refusal">{error}</p>}</div>
      <div className="dialog-buttons">
        <button type="button" className="room-button" onClick={() => dialog.current.close()}>Stay</button>
        <button type="button" className="room-button" onClick={onLeave}>Just leave</button>
        <button type="button" className="room-button accent" aria-busy={busy} onClick={() => void name()}>Name and leave</button>
      </div>
    </dialog>
  );
}
