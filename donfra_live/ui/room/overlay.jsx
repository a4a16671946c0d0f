// What lies over the page: the room while there is a call, and the states after it.
import { useEffect } from "react";
import { createPortal } from "react-dom";
import { AfterCall } from "./after.jsx";
import { leave } from "./link.js";

const AFTER = new Set(["left", "removed", "ended"]);

export function Overlay({ state, card, role }) {
  const { phase, call, View, shown } = state;
  const over = AFTER.has(phase) || (shown && (phase === "joining" || phase === "in" || phase === "lost"));
  useEffect(() => {
    const page = document.getElementById("page");
    if (page) page.inert = over;
    document.documentElement.classList.toggle("in-room", over);
    return () => { if (page) page.inert = false; document.documentElement.classList.remove("in-room"); };
  }, [over]);
  if (typeof document === "undefined" || (!call && !over)) return null;
  return createPortal(
    AFTER.has(phase)
      ? <AfterCall state={state} card={card} role={role} />
      : call && View && <View call={call} state={state} visible={over} role={role} onLeave={leave} />,
    document.body,
  );
}
