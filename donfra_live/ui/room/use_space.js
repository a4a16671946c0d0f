// What can be recorded here, how much and in which ways; for who may record. again: asked for anew when it changes.
import { useEffect, useState } from "react";
import { act } from "./act.js";

export function useSpace(sessionId, again) {
  const [space, setSpace] = useState(null);
  useEffect(() => {
    let gone = false;
    void act("GET", sessionId, "/recordings/space").then(({ ok, answer }) => { if (!gone && ok) setSpace(answer); });
    return () => { gone = true; };
  }, [sessionId, again]);
  return space;
}
