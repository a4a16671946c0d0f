// Raising a hand and reacting. Loaded once the room is there: nobody needs it for the first picture.
import { useEffect, useRef, useState } from "react";
import { useParticipantAttribute } from "@livekit/components-react";
import { act } from "./act.js";
import { HandIcon, SmileIcon } from "./icons.jsx";
import { hear, set } from "./store.js";

const REACTIONS = [["👍", "Thumbs up"], ["👏", "Applause"], ["❤️", "Heart"], ["😂", "Laughing"], ["😮", "Surprised"], ["🎉", "Party"]];
const SHOWN_MS = 3500;
const tell = ({ ok, sentence }) => { if (!ok) set({ deviceProblem: sentence }); };

export function Hand({ room, state }) {
  const hand = useParticipantAttribute("hand", { participant: room.localParticipant });
  const [busy, setBusy] = useState(false);
  const up = Boolean(hand);
  async function press() {
    if (busy) return;
    setBusy(true);
    tell(await act(up ? "DELETE" : "POST", state.sessionId, "/hands", up ? undefined : {}));
    setBusy(false);
  }
  return (
    <button type="button" className={up ? "room-button on" : "room-button"} aria-label="Raise hand" aria-pressed={up} aria-busy={busy} onClick={press}>
      <HandIcon /><span className="wide-only" aria-hidden="true">{up ? "Lower hand" : "Raise hand"}</span>
    </button>
  );
}

export function StepDown({ state }) {
  const down = async () => tell(await act("DELETE", state.sessionId, `/stage/${state.ticket?.memberId}`));
  return <button type="button" className="room-button without-panel" onClick={() => void down()}>Leave stage</button>;
}

export function Reactions({ state }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const close = () => { setOpen(false); button.current?.focus(); };
  return (
    <span className="reactions without-panel" onKeyDown={(e) => { if (e.key === "Escape" && open) { e.stopPropagation(); close(); } }}>
      <button ref={button} type="button" className="room-button" aria-label="React" aria-expanded={open} onClick={() => setOpen(!open)}><SmileIcon /></button>
      {open && (
        <span className="reactions-menu" role="group" aria-label="Reactions">
          {REACTIONS.map(([reaction, name]) => (
            <button key={reaction} type="button" className="reaction" aria-label={name}
              onClick={async () => { close(); tell(await act("POST", state.sessionId, "/reactions", { reaction })); }}>{reaction}</button>
          ))}
        </span>
      )}
    </span>
  );
}

export function Floating({ room }) {
  const [shown, setShown] = useState([]);
  useEffect(() => {
    let next = 0;
    return hear(room, "reaction", ({ reaction, name }) => {
      const one = { id: next++, reaction: String(reaction), name: String(name), left: 10 + Math.random() * 60 };
      setShown((now) => [...now.slice(-20), one]);
      setTimeout(() => setShown((now) => now.filter((o) => o.id !== one.id)), SHOWN_MS);
    });
  }, [room]);
  return (
    <div className="floating" aria-hidden="true">
      {shown.map((o) => <span key={o.id} style={{ left: `${o.left}%` }}><b>{o.reaction}</b>{o.name}</span>)}
    </div>
  );
}
