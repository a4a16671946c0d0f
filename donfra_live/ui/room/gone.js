// Tells the server at once that somebody in the lobby waits no longer; a page that closes can only send a beacon.
import { api, get } from "./store.js";

// forGood: not on a reload, which goes on waiting.
export function leaveLobby(forGood) {
  const { phase, sessionId } = get();
  if (phase !== "lobby") return;
  const body = new Blob([JSON.stringify({ for_good: forGood })], { type: "application/json" });
  navigator.sendBeacon(api(`/api/live/${sessionId}/waiting/leave`), body);
}
if (typeof window !== "undefined") addEventListener("pagehide", () => leaveLobby(false));
