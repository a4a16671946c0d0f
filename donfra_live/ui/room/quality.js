// How long the first picture of somebody else took. What counts the connection's quality is loaded behind it.
import { get } from "./store.js";

const WITHOUT_PICTURE_MS = 3000, LONGEST_MS = 120_000;
let at = 0, measuredFor = -1, waiting = null;

// ms: from Join to the picture; 0 while there is none, or none that says how long it took.
export const firstPicture = { ms: 0 };

// Before the call has begun as well: a picture may be there before the app's answer to Join.
document.addEventListener("playing", ({ target }) => {
  // LiveKit's own mark on its elements says whose picture it is
  if (at > get().began || target.dataset?.lkLocalParticipant !== "false") return;
  at = performance.now();
  waiting?.();
}, true);

const shows = (participant) => [...participant.videoTrackPublications.values()].some((track) => !track.isMuted);

// The call has begun. Somebody who comes before there is a picture waits for the host, not for us; and a browser
// shows none in a tab that nobody looks at.
export function measure(room) {
  const { began } = get();
  if (measuredFor === began) return;
  measuredFor = began;
  firstPicture.ms = 0;
  let fair = !document.hidden && (at > began || [...room.remoteParticipants.values()].some(shows));
  document.addEventListener("visibilitychange", () => { fair = false; }, { once: true });
  const count = () => void import("./beacon.js").then((m) => m.count(room), () => null);
  const late = setTimeout(count, WITHOUT_PICTURE_MS);
  waiting = () => {
    waiting = null;
    const ms = Math.round(at - began);
    if (fair && get().began === began && ms <= LONGEST_MS) firstPicture.ms = ms;
    clearTimeout(late);
    // again where it came late: counting one room twice is beacon.js's to prevent
    count();
  };
  if (at > began) waiting();
}
