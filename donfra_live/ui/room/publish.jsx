// For those who may publish: microphone, camera, screen, and which devices they use.
import { useEffect, useRef, useState } from "react";
import { useLocalParticipant, useLocalParticipantPermissions, useMediaDeviceSelect } from "@livekit/components-react";
import { useAsked } from "./asked.js";
import { explain, picked } from "./devices.js";
import { CameraIcon, CameraOffIcon, MicIcon, MicOffIcon, ScreenIcon, SettingsIcon } from "./icons.jsx";
import { remember, set } from "./store.js";

const audioOptions = (id) => ({ deviceId: picked(id), echoCancellation: true, noiseSuppression: true, autoGainControl: true });
// livekit.TrackSource
const CAMERA = 1, MICROPHONE = 2, SCREEN = 3;
const problem = (error, what) => set({ deviceProblem: explain(error, what) });

export async function turnOn(room, media) {
  const me = room.localParticipant;
  const jobs = [];
  if (media.audio) jobs.push(me.setMicrophoneEnabled(true, audioOptions(media.audioId)).catch((e) => problem(e, "microphone")));
  if (media.video) jobs.push(me.setCameraEnabled(true, { deviceId: picked(media.videoId) }).catch((e) => problem(e, "camera")));
  await Promise.all(jobs);
}

const TAKEN = "The host has taken this away for now.";

function Toggle({ name, on, icon, off, onToggle, taken }) {
  const [busy, setBusy] = useState(false);
  async function press() {
    if (busy) return;
    setBusy(true);
    set({ deviceProblem: "" });
    await onToggle(!on);
    setBusy(false);
  }
  return (
    <button type="button" className={on ? "room-button on" : "room-button"} aria-label={name} aria-pressed={on} aria-busy={busy} disabled={taken} title={taken ? TAKEN : undefined} onClick={press}>
      {on ? icon : off}<span className="wide-only" aria-hidden="true">{name}</span>
    </button>
  );
}

function DeviceSelect({ room, kind, label }) {
  const { devices, activeDeviceId, setActiveMediaDevice } = useMediaDeviceSelect({ kind, room, requestPermissions: false });
  const named = devices.filter((d) => d.deviceId);
  return (
    <label className="room-field">
      <span>{label}</span>
      <select className="room-input" value={activeDeviceId} disabled={!named.length} onChange={(e) => void setActiveMediaDevice(e.target.value)}>
        {named.length === 0 && <option value="">Turn it on first</option>}
        {named.map((d, i) => <option key={d.deviceId} value={d.deviceId}>{d.label || `${label} ${i + 1}`}</option>)}
      </select>
    </label>
  );
}

function DeviceMenu({ room }) {
  const dialog = useRef(null);
  const { times, ask, done } = useAsked();
  useEffect(() => { if (times) dialog.current?.showModal(); }, [times]);
  return (
    <>
      <button type="button" className="room-button without-panel" aria-label="Devices" aria-haspopup="dialog" onClick={ask}><SettingsIcon /></button>
      {times > 0 && (
        <dialog key={times} ref={dialog} className="room-dialog" aria-labelledby="devices-title" onClose={done}>
          <h2 id="devices-title">Devices</h2>
          <DeviceSelect room={room} kind="audioinput" label="Microphone" />
          <DeviceSelect room={room} kind="videoinput" label="Camera" />
          <DeviceSelect room={room} kind="audiooutput" label="Speaker" />
          <div className="dialog-buttons"><button type="button" className="room-button accent" onClick={() => dialog.current.close()}>Done</button></div>
        </dialog>
      )}
    </>
  );
}

export function PublishTools({ room, mayShare }) {
  const { localParticipant: me, isMicrophoneEnabled, isCameraEnabled, isScreenShareEnabled } = useLocalParticipant({ room });
  const wished = useRef(null);
  const allowed = useLocalParticipantPermissions()?.canPublishSources ?? [];
  const taken = (source) => allowed.length > 0 && !allowed.includes(source);
  const keep = (part) => {
    wished.current = { audio: me.isMicrophoneEnabled, video: me.isCameraEnabled, ...part };
    remember("media", JSON.stringify(wished.current));
  };
  async function microphone(on) {
    await me.setMicrophoneEnabled(on, audioOptions()).then(() => keep({ audio: on }), (e) => problem(e, "microphone"));
  }
  async function camera(on) {
    await me.setCameraEnabled(on).then(() => keep({ video: on }), (e) => problem(e, "camera"));
  }
  async function screen(on) {
    const options = { contentHint: "detail", audio: true, resolution: { width: 1920, height: 1080, frameRate: 15 }, selfBrowserSurface: "include", surfaceSwitching: "include" };
    await me.setScreenShareEnabled(on, options, { simulcast: false }).catch((e) => {
      // closing the browser's own choice is an answer, not a fault
      if (e?.name !== "NotAllowedError") set({ deviceProblem: "The screen could not be shared. Try again, or choose a single window." });
    });
  }
  const canShare = mayShare && Boolean(navigator.mediaDevices?.getDisplayMedia);
  return (
    <>
      <Toggle name="Microphone" on={isMicrophoneEnabled} icon={<MicIcon />} off={<MicOffIcon />} onToggle={microphone} taken={taken(MICROPHONE)} />
      <Toggle name="Camera" on={isCameraEnabled} icon={<CameraIcon />} off={<CameraOffIcon />} onToggle={camera} taken={taken(CAMERA)} />
      {canShare && <Toggle name="Share screen" on={isScreenShareEnabled} icon={<ScreenIcon />} off={<ScreenIcon />} onToggle={screen} taken={taken(SCREEN)} />}
      <DeviceMenu room={room} />
    </>
  );
}
