// The room: stage, panels, bar. Its own chunk with all of LiveKit; loaded when the page is usable.
import { useCallback, useEffect, useRef, useState } from "react";
import { Room } from "livekit-client";
import { RoomAudioRenderer, RoomContext, useAudioPlayback, useParticipants } from "@livekit/components-react";
import "./room.css";
import { Bar } from "./bar.jsx";
import { Chat } from "./chat.jsx";
import { useMessages } from "./chat.js";
import { LinkIcon, SoundIcon } from "./icons.jsx";
import { People } from "./people.jsx";
import { Stage } from "./stage.jsx";

export function makeRoom() {
  return new Room({
    adaptiveStream: true,
    dynacast: true,
    videoCaptureDefaults: { resolution: { width: 1280, height: 720, frameRate: 30 } },
    publishDefaults: {
      simulcast: true,
      screenShareEncoding: { maxBitrate: 2_500_000, maxFramerate: 15 },
      screenShareSimulcastLayers: [],
    },
    dataStream: { maxPayloadByteLength: 65_536 },
  });
}

function CopyLink({ sessionId }) {
  const [copied, setCopied] = useState("");
  async function copy() {
    const link = location.origin + "/live/" + sessionId;
    try {
      await navigator.clipboard.writeText(link);
      setCopied("Copied");
    } catch {
      window.prompt("The link to this session:", link);
    }
    setTimeout(() => setCopied(""), 2000);
  }
  return (
    <>
      <button type="button" className="room-button small" onClick={copy} aria-label="Copy link">
        <LinkIcon /><span className="wide-only" aria-hidden="true">{copied || "Copy link"}</span>
      </button>
      <span role="status" className="unseen">{copied && "The link is copied"}</span>
    </>
  );
}

function Sound({ room }) {
  const { canPlayAudio, startAudio } = useAudioPlayback(room);
  if (canPlayAudio) return null;
  return (
    <button type="button" className="room-button sound" onClick={() => void startAudio()}><SoundIcon />Turn on sound</button>
  );
}

function Banner({ state }) {
  const text = state.trouble
    || (state.phase === "lost" || state.connection ? "The connection was lost. You are being brought back…" : "")
    || state.deviceProblem;
  return <div role="status" className="room-banner">{text && <p>{text}</p>}</div>;
}

function Head({ state, count }) {
  return (
    <header className="room-head">
      <div className="room-title">
        <span className="badge badge-live">On air</span>
        <h1>{state.title || " "}</h1>
      </div>
      <span className="room-count">{count === 1 ? "1 person here" : `${count} people here`}</span>
      <CopyLink sessionId={state.sessionId} />
    </header>
  );
}

function Inside({ call, state, onLeave }) {
  const [panel, setPanel] = useState("");
  const people = useParticipants({ room: call.room });
  const chat = useMessages(call.room, state, panel === "chat");
  const opener = useRef(null);
  const toggle = useCallback((name, button) => {
    opener.current = button ?? opener.current;
    setPanel((now) => (now === name ? "" : name));
  }, []);
  const close = useCallback(() => { setPanel(""); opener.current?.focus(); }, []);
  return (
    <>
      <Head state={state} count={people.length} />
      <Banner state={state} />
      <div className="room-middle">
        <Stage room={call.room} people={people} state={state} />
        {panel === "chat" && <Chat chat={chat} me={state.ticket?.memberId} onClose={close} />}
        {panel === "people" && <People people={people} onClose={close} />}
      </div>
      <Sound room={call.room} />
      <Bar room={call.room} state={state} panel={panel} unread={chat.unread} onPanel={toggle} onLeave={onLeave} />
      <p role="status" className="unseen">{chat.latest}</p>
    </>
  );
}

export function RoomView({ call, state, visible, onLeave }) {
  const section = useRef(null);
  useEffect(() => call.setMounted(), [call]);
  useEffect(() => { if (visible) section.current?.focus(); }, [visible]);
  return (
    <RoomContext.Provider value={call.room}>
      <section ref={section} tabIndex={-1} className="room" hidden={!visible} aria-label="Session">
        <Inside call={call} state={state} onLeave={onLeave} />
        <RoomAudioRenderer room={call.room} />
      </section>
    </RoomContext.Provider>
  );
}
