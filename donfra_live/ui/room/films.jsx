// The recordings of a session that is still on air, over the room: to watch, to keep, and all that its page lets do.
import { lazy, Suspense, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import "../../history/component/history.css";
import { Bones } from "../../history/component/bones.jsx";
import { Missing } from "../../history/component/missing.jsx";

const Recordings = lazy(() => import("../../history/component/recordings.jsx").then((m) => ({ default: m.Recordings }), () => ({ default: Missing })));
// Beside the room, which has colours of its own.
const place = () => document.querySelector("donfra-room");

export function Films({ sessionId, news, onClose }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current?.showModal(), []);
  // what is pressed in here is not pressed in the panel that opened it
  return createPortal(
    <dialog ref={dialog} className="films" aria-label="Recordings of this session" onClose={onClose} onKeyDown={(e) => e.stopPropagation()}>
      <button type="button" className="button" onClick={() => dialog.current.close()}>Back to the room</button>
      <div className="history">
        <Suspense fallback={<Bones />}><Recordings sessionId={sessionId} news={news} mayChange seesChat none="There is no recording of this session any more." /></Suspense>
      </div>
    </dialog>,
    place(),
  );
}
