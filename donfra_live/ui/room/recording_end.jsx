// A recording that ended by itself: hosts and co-hosts are told in the room, whatever panel is open.
import { useEffect, useRef, useState } from "react";
import { act } from "./act.js";

const EVERY_MS = 2000;
const OVER = ["ready", "failed"];
const saidOf = (one) => (one.status === "failed" ? `The recording failed. ${one.reason}` : one.reason && `The recording has ended. ${one.reason}`);

// What there is to be told of the newest one once it does not run any more; "" when it was stopped by somebody.
function useEnd(sessionId, recording) {
  const [said, setSaid] = useState("");
  const ran = useRef(false);
  useEffect(() => {
    if (recording) setSaid("");
    if (recording || !ran.current) {
      ran.current = recording;
      return undefined;
    }
    let timer = 0, gone = false;
    async function look() {
      const { ok, answer } = await act("GET", sessionId, "/recordings");
      if (gone) return;
      const one = ok ? answer.recordings[0] : null;
      if (one) setSaid(saidOf(one));
      if (ok && (!one || OVER.includes(one.status))) ran.current = false;
      else timer = setTimeout(() => void look(), EVERY_MS);
    }
    void look();
    return () => { gone = true; clearTimeout(timer); };
  }, [sessionId, recording]);
  return [said, () => setSaid("")];
}

export function RecordingEnd({ state, recording }) {
  const [said, close] = useEnd(state.sessionId, recording);
  return (
    <div role="alert" className="room-banner">
      {said && <p>{said} <button type="button" className="room-button tiny" onClick={close}>Close</button></p>}
    </div>
  );
}
