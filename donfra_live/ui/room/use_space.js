// What can be recorded here, how much and in which ways; for who may record. It gets less while one runs.
import { useEffect, useState } from "react";
import { act } from "./act.js";

const EVERY_MS = 30_000;

export function useSpace(sessionId, recording) {
  const [space, setSpace] = useState(null);
  useEffect(() => {
    let gone = false;
    const look = () => void act("GET", sessionId, "/recordings/space").then(({ ok, answer }) => { if (!gone && ok) setSpace(answer); });
    look();
    const timer = recording ? setInterval(look, EVERY_MS) : null;
    return () => { gone = true; clearInterval(timer); };
  }, [sessionId, recording]);
  return space;
}
