// What lies over the page: the room while there is a call, and the states after it.
import { useEffect } from "react";
import { AfterCall } from "./after.jsx";
import { leave } from "./link.js";

const AFTER = new Set(["left", "removed", "ended"]);

export function Overlay({ state, View }) {
  const { phase, call, shown } = state;
  const over = AFTER.has(phase) || (shown && (phase === "joining" || phase === "in" || phase === "lost"));
  useEffect(() => {
    const page = document.getElementById("page");
    if (page) page.inert = over;
    document.documentElement.classList.toggle("in-room", over);
    return () => { if (page) page.inert = false; document.documentElement.classList.remove("in-room"); };
  }, [over]);
  if (AFTER.has(phase)) return <AfterCall state={state} />;
  return call && <View call={call} state={state} card={state.card} visible={over} onLeave={leave} />;
}
