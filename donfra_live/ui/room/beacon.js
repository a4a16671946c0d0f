// Counts the seconds of this connection by LiveKit's word for its quality and tells the server now and then.
// The call waits for none of it, and what fails is dropped.
import { api, get, subscribe } from "./store.js";
import { firstPicture } from "./quality.js";

const EVERY_MS = 30_000;
// A machine that slept has not watched, and the server takes no more at once.
const LONGEST_MS = 2 * EVERY_MS;
const counted = new WeakSet();

const identityNow = () => {
  const { ticket } = get();
  // who watches unseen is nobody's member
  return ticket?.memberId ? ticket.identity : "";
};

export function count(room) {
  const { began, call, sessionId } = get();
  if (call?.room !== room || counted.has(room)) return;
  counted.add(room);
  let ms = { excellent: 0, good: 0, poor: 0, lost: 0 };
  let kind = "", since = 0, identity = identityNow(), toldPicture = false;

  function note() {
    const now = performance.now();
    if (kind in ms) ms[kind] += Math.min(now - since, LONGEST_MS);
    since = now;
    kind = room.state === "reconnecting" || get().phase === "lost" ? "lost" : room.localParticipant.connectionQuality;
  }

  function tell() {
    note();
    const seconds = {}, left = {};
    let most = LONGEST_MS / 1000;
    for (const [key, value] of Object.entries(ms)) {
      seconds[key] = Math.min(most, Math.floor(value / 1000));
      left[key] = value - seconds[key] * 1000;
      most -= seconds[key];
    }
    const body = { identity, seconds };
    if (!toldPicture && firstPicture.ms) body.first_picture_ms = firstPicture.ms;
    if (!identity || !(body.first_picture_ms || Object.values(seconds).some(Boolean))) return;
    ms = left;
    toldPicture ||= Boolean(body.first_picture_ms);
    // a body without a type of its own needs no question to the server first, in development either
    void fetch(api(`/api/live/${sessionId}/quality`), {
      method: "POST", credentials: "include", keepalive: true, body: JSON.stringify(body),
    }).catch(() => null);
  }

  function follow() {
    const state = get();
    if (state.call?.room !== room || state.began !== began) return stop();
    const now = identityNow();
    if (now && now !== identity) {
      tell(); // of the connection before
      identity = now;
    }
    note();
  }

  const hidden = () => { if (document.hidden) tell(); };
  const events = ["connectionQualityChanged", "reconnecting", "reconnected"];
  for (const event of events) room.on(event, note);
  const unsubscribe = subscribe(follow);
  const timer = setInterval(tell, EVERY_MS);
  document.addEventListener("visibilitychange", hidden);
  addEventListener("pagehide", tell);
  note();

  function stop() {
    unsubscribe();
    clearInterval(timer);
    for (const event of events) room.off(event, note);
    document.removeEventListener("visibilitychange", hidden);
    removeEventListener("pagehide", tell);
    tell();
  }
}
