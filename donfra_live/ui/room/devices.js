// Opening camera and microphone, and what to tell people when that is refused.
const NAMES = { audio: "microphone", video: "camera" };
const STEPS = "Click the symbol at the left of the address bar, allow it, then try again.";

export const mayAsk = () => Boolean(navigator.mediaDevices?.getUserMedia);

export function explain(error, the) {
  if (!mayAsk()) {
    return "This page needs https: without it browsers give out no camera, microphone or screen. Ask whoever runs this place for an https address.";
  }
  switch (error?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return /system/i.test(error.message ?? "")
        ? `Your system keeps the browser from the ${the}. Allow the browser in the system's privacy settings, then try again.`
        : `The browser may not use the ${the}. ${STEPS}`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${the} was found. Plug one in and try again, or go on without it.`;
    case "NotReadableError":
    case "AbortError":
      return `Another program seems to use the ${the}. Close it and try again.`;
    default:
      return `The ${the} could not be opened. Try again, or go on without it.`;
  }
}

// One sentence where both were refused for the same reason.
export function explainAll(problems) {
  const kinds = Object.keys(problems);
  const same = kinds.length === 2 && problems.audio.name === problems.video.name;
  if (same) return [explain(problems.video, "camera and microphone").replace(/^No camera and/, "No camera and no")];
  return kinds.map((kind) => explain(problems[kind], NAMES[kind]));
}

// Named in another way a device is only a wish, which browsers pass over for the one they prefer.
export const picked = (id) => (id ? { exact: id } : undefined);

const constraints = (wanted) => ({
  audio: wanted.audio ? { deviceId: picked(wanted.audioId), echoCancellation: true, noiseSuppression: true } : false,
  video: wanted.video ? { deviceId: picked(wanted.videoId), width: { ideal: 1280 }, height: { ideal: 720 } } : false,
});

async function openEach(open, wanted, problems) {
  const tracks = [];
  for (const [kind, want] of Object.entries(wanted)) {
    if (!want) continue;
    try {
      tracks.push(...(await open({ [kind]: want })).getTracks());
    } catch (error) {
      problems[kind] = { name: error.name, message: error.message };
    }
  }
  return tracks.length ? new MediaStream(tracks) : null;
}

// Both at once, so that the browser asks once; each alone when that fails, so that one may be missing.
export async function openDevices(given) {
  const found = { stream: null, problems: {}, cameras: [], microphones: [] };
  const wanted = constraints(given);
  if (!mayAsk()) {
    for (const kind in wanted) if (wanted[kind]) found.problems[kind] = { name: "Insecure" };
    return found;
  }
  const open = (c) => navigator.mediaDevices.getUserMedia(c);
  if (wanted.audio && wanted.video) found.stream = await open(wanted).catch(() => null);
  found.stream ??= await openEach(open, wanted, found.problems);
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  found.cameras = devices.filter((d) => d.kind === "videoinput" && d.deviceId);
  found.microphones = devices.filter((d) => d.kind === "audioinput" && d.deviceId);
  return found;
}
