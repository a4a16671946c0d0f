// Who waits in the lobby, for those who may let them in: asked again at each word of the server.
import { useCallback, useEffect, useRef, useState } from "react";
import { act, inTurn } from "./act.js";
import { hear, recall } from "./store.js";

const NONE = [];

// Two short tones, made here: no file, nothing loaded.
function chime() {
  if (recall("quiet", localStorage)) return;
  const context = new AudioContext();
  [660, 880].forEach((pitch, i) => {
    const tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, context.currentTime + i * 0.16);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + i * 0.16 + 0.3);
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + i * 0.16);
    tone.stop(context.currentTime + i * 0.16 + 0.32);
  });
  setTimeout(() => void context.close(), 1000);
}

// How many admins of this place watch unseen; told to moderators only.
export function useObservers(room, state, mayKnow) {
  const [count, setCount] = useState(0);
  const { sessionId, phase } = state;
  useEffect(() => {
    if (!mayKnow || phase !== "in") return setCount(0);
    void act("GET", sessionId, "/members").then(({ ok, answer }) => ok && setCount(answer.observers ?? 0));
    return hear(room, "observer", (word) => setCount(Number(word.observers) || 0));
  }, [room, sessionId, mayKnow, phase]);
  return count;
}

export function useLobby(room, state, mayAdmit) {
  const [waiting, setWaiting] = useState(NONE);
  const [ask] = useState(inTurn);
  const known = useRef(new Set());
  const { sessionId, phase } = state;
  const load = useCallback(async () => {
    const answer = await ask(() => act("GET", sessionId, "/waiting"));
    if (!answer) return;
    const fresh = answer.waiting.filter((w) => !known.current.has(w.waiting_id));
    known.current = new Set(answer.waiting.map((w) => w.waiting_id));
    setWaiting(answer.waiting);
    if (fresh.length) chime();
  }, [ask, sessionId]);

  useEffect(() => {
    if (!mayAdmit || phase !== "in") return setWaiting(NONE);
    const stop = hear(room, "lobby", load);
    room.on("reconnected", load);
    void load();
    return () => { stop(); room.off("reconnected", load); };
  }, [room, mayAdmit, phase, load]);
  useEffect(() => {
    if (!waiting.length) return undefined;
    // who has closed his page drops out of the list
    const timer = setInterval(load, 20_000);
    return () => clearInterval(timer);
  }, [waiting.length, load]);
  return { waiting, load };
}
