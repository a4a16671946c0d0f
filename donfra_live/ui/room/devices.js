// Opening camera and microphone, and what to tell people when that is refused.
const STEPS = "Click the symbol at the left of the address bar, allow it, then try again.";

export function explain(error, what) {
  const the = what === "camera" ? "camera" : "microphone";
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
    case "Insecure":
      return "Browsers give out camera and microphone only over https or on localhost. Ask whoever runs this place for an https address.";
    default:
      return `The ${the} could not be opened. Try again, or go on without it.`;
  }
}

const constraints = (wanted) => ({
  audio: wanted.audio ? { deviceId: wanted.audioId || undefined, echoCancellation: true, noiseSuppression: true } : false,
  video: wanted.video ? { deviceId: wanted.videoId || undefined, width: { ideal: 1280 }, height: { ideal: 720 } } : false,
});

// Both at once, so that the browser asks once; each alone when that fails, so that one may be missing.
export async function openDevices(wanted) {
  const found = { stream: null, problems: {}, cameras: [], microphones: [] };
  if (!navigator.mediaDevices?.getUserMedia) {
    return { ...found, problems: { video: { name: "Insecure" } } };
  }
  const { audio, video } = constraints(wanted);
  const open = (c) => navigator.mediaDevices.getUserMedia(c);
  if (audio && video) found.stream = await open({ audio, video }).catch(() => null);
  if (!found.stream) {
    const tracks = [];
    for (const [kind, want] of [["audio", audio], ["video", video]]) {
      if (!want) continue;
      try {
        tracks.push(...(await open({ [kind]: want })).getTracks());
      } catch (error) {
        found.problems[kind] = { name: error.name, message: error.message };
      }
    }
    if (tracks.length) found.stream = new MediaStream(tracks);
  }
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  found.cameras = devices.filter((d) => d.kind === "videoinput" && d.deviceId);
  found.microphones = devices.filter((d) => d.kind === "audioinput" && d.deviceId);
  return found;
}
