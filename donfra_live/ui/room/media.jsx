// The host's preparation: own picture, devices, level of the microphone, help when the browser refuses.
import { useEffect, useRef, useState } from "react";
import { CopyButton } from "./copy_button.jsx";
import { explainAll, mayAsk, openDevices } from "./devices.js";
import { CameraIcon, CameraOffIcon } from "./icons.jsx";
import { Recorded } from "./recorded.jsx";

function Level({ stream }) {
  const meter = useRef(null);
  useEffect(() => {
    const track = stream?.getAudioTracks()[0];
    if (!track) return undefined;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
      if (meter.current) meter.current.value = Math.min(1, loud * 4);
    }, 80);
    return () => { clearInterval(timer); void context.close(); };
  }, [stream]);
  return <meter ref={meter} className="level" min="0" max="1" aria-label="Microphone level" />;
}

function Devices({ label, devices, value, onChange, disabled }) {
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select className="input" value={value} disabled={disabled || !devices.length} onChange={(e) => onChange(e.target.value)}>
        {devices.length === 0 && <option value="">None found</option>}
        {devices.map((d, i) => <option key={d.deviceId || i} value={d.deviceId}>{d.label || `${label} ${i + 1}`}</option>)}
      </select>
    </label>
  );
}

function usePreview(wanted) {
  const [preview, setPreview] = useState({ stream: null, problems: {}, cameras: [], microphones: [], asked: false });
  useEffect(() => {
    let stream = null, over = false;
    void openDevices(wanted).then((found) => {
      stream = found.stream;
      if (over) stream?.getTracks().forEach((t) => t.stop());
      else setPreview({ ...found, asked: true });
    });
    return () => { over = true; stream?.getTracks().forEach((t) => t.stop()); };
  }, [wanted.audio, wanted.video, wanted.audioId, wanted.videoId, wanted.again]);
  return preview;
}

function startsWith(seen, heard) {
  if (seen && heard) return "You start with picture and sound.";
  if (heard) return "You start with sound only. Camera and screen can follow.";
  if (seen) return "You start with the picture only. The microphone can follow.";
  return "You start without camera and microphone. You can share your screen.";
}

export function Preparation({ name, card, live, error, busy, onGo }) {
  const [wanted, setWanted] = useState({ audio: true, video: true, audioId: "", videoId: "", again: 0 });
  const { stream, problems, cameras, microphones, asked } = usePreview(wanted);
  const video = useRef(null);
  useEffect(() => { if (video.current) video.current.srcObject = stream; }, [stream]);
  const change = (part) => setWanted((w) => ({ ...w, ...part }));
  const used = (kind) => stream?.getTracks().find((t) => t.kind === kind)?.getSettings().deviceId ?? "";
  const seen = Boolean(stream?.getVideoTracks().length);
  const heard = Boolean(stream?.getAudioTracks().length);
  const helps = explainAll(problems);

  function go() {
    onGo({
      // pressed before the browser has answered: the room asks for both again
      audio: wanted.audio && (!asked || heard), video: wanted.video && (!asked || seen),
      audioId: wanted.audioId, videoId: wanted.videoId,
    });
  }
  return (
    <section className="sheet desk" aria-label="Preparation">
      <div className="desk-picture">
        <video ref={video} autoPlay playsInline muted className={seen ? "mirrored" : "mirrored unseen"} aria-label="Your own camera" />
        {!seen && <p className="desk-empty">{wanted.video ? <CameraIcon /> : <CameraOffIcon />}
          {!asked ? "Your browser asks for camera and microphone." : wanted.video ? "No picture." : "The camera is off."}</p>}
      </div>
      <div className="desk-side">
        <p className="muted">You appear as <strong>{name}</strong>. Nobody sees you yet.</p>
        <Devices label="Camera" devices={cameras} value={wanted.videoId || used("video")} disabled={!wanted.video} onChange={(videoId) => change({ videoId })} />
        <label className="check-row"><input type="checkbox" className="check" checked={wanted.video} onChange={(e) => change({ video: e.target.checked })} /><span>Start with the camera on</span></label>
        <Devices label="Microphone" devices={microphones} value={wanted.audioId || used("audio")} disabled={!wanted.audio} onChange={(audioId) => change({ audioId })} />
        <Level stream={stream} />
        <label className="check-row"><input type="checkbox" className="check" checked={wanted.audio} onChange={(e) => change({ audio: e.target.checked })} /><span>Start with the microphone on</span></label>
        <div role="alert">
          {helps.map((help) => <p key={help} className="help">{help}</p>)}
          {error && <p className="refusal">{error}</p>}
        </div>
        {helps.length > 0 && mayAsk() && <button type="button" className="button wide" onClick={() => change({ again: wanted.again + 1 })}>Try the devices again</button>}
        <Recorded card={card} />
        <button type="button" className="button primary wide" aria-busy={busy} onClick={() => !busy && go()}>Go live</button>
        <p className="hint centred">{asked && startsWith(seen, heard)}{live && " The session is on air."}</p>
        {card.status !== "scheduled" && <CopyButton path={`/live/${card.id}`} label="Copy link" size="wide" />}
      </div>
    </section>
  );
}
