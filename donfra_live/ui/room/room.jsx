// The room: stage, panels, bar. In a chunk of its own with all of LiveKit, which link.js loads.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Room } from "livekit-client";
import { RoomAudioRenderer, RoomContext, useAudioPlayback, useParticipants } from "@livekit/components-react";
import { useLobby, useObservers } from "./lobby.js";
import { handsOf, membersOf, useRights } from "./rights.js";
import "./room.css";
import "./people.css";
import { useAsked } from "./asked.js";
import { Bar } from "./bar.jsx";
import { Chat } from "./chat.jsx";
import { useMessages } from "./chat.js";
import { comeBackAtOnce } from "./come_back.js";
import { CopyLink } from "./copy_link.jsx";
import { SoundIcon } from "./icons.jsx";
import { People } from "./people.jsx";
import { measure } from "./quality.js";
import { Stage } from "./stage.jsx";
import { get, hear, set } from "./store.js";

// The client's own second to fourth try come up to 6 s late, and a media server that died is back in under one; the
// first try that finds it only learns that its call is gone. Milliseconds, about 70 s together.
const TRIES = [150, 150, 300, 500, 700, 1000, 1500, 2000, 3000, 4000, 5000, 7000, 7000, 7000, 7000, 7000, 7000, 7000];
const reconnectPolicy = {
  nextRetryDelayInMs: ({ retryCount }) => (retryCount < TRIES.length ? TRIES[retryCount] * (0.5 + Math.random()) : null),
};

export function makeRoom() {
  const room = new Room({
    reconnectPolicy,
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
  comeBackAtOnce(room);
  return room;
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

const MUTED = { microphone: "A host muted your microphone.", camera: "A host stopped your camera.", screen_share: "A host stopped your screen share." };

function useNotices(room) {
  useEffect(() => hear(room, "notice", ({ source }) => {
    const text = MUTED[source] ?? "";
    set({ deviceProblem: text });
    setTimeout(() => { if (get().deviceProblem === text) set({ deviceProblem: "" }); }, 8000);
  }), [room]);
}

// Not at every word that somebody says: with two hundred people that would be all the time.
const CHANGES = ["participantAttributesChanged", "participantNameChanged", "participantPermissionsChanged", "trackMuted", "trackUnmuted",
  "trackPublished", "trackUnpublished", "localTrackPublished", "localTrackUnpublished"];

// An admin who watches unseen has no member; nobody sees him, so he does not stand among those who are here either.
function usePeople(room, unseen) {
  const everybody = useParticipants({ room, updateOnlyOn: CHANGES });
  return useMemo(() => (unseen ? everybody.filter((p) => !p.isLocal) : everybody), [everybody, unseen]);
}

function Head({ state, card, count, observers, unseen }) {
  return (
    <header className="room-head">
      <div className="room-title">
        <span className="badge badge-live">On air</span>
        <h1>{state.title || " "}</h1>
      </div>
      <span role="status">{card.recording && <span className="room-recorded">Recording</span>}</span>
      {unseen && <span className="room-watched" role="status">You watch unseen</span>}
      {observers > 0 && <span className="room-watched" role="status">{observers === 1 ? "An admin watches" : `${observers} admins watch`}</span>}
      <span className="room-count">{count === 1 ? "1 person here" : `${count} people here`}</span>
      <CopyLink sessionId={state.sessionId} />
    </header>
  );
}

function useLater(load, wanted) {
  const [Part, setPart] = useState(null);
  useEffect(() => { if (wanted && !Part) void load().then((found) => setPart(() => found), () => null); }, [wanted]);
  return Part;
}
const loadManage = () => import("./manage.jsx").then((m) => m.Manage);
const loadExtras = () => import("./extras.jsx");
const loadConsent = () => import("./consent.jsx").then((m) => m.Consent);
const loadRecordingEnd = () => import("./recording_end.jsx").then((m) => m.RecordingEnd);
const loadDeputy = () => import("./deputy.jsx");

function Inside({ call, state, card, onLeave }) {
  const [panel, setPanel] = useState("");
  const leaving = useAsked();
  const unseen = Boolean(state.ticket) && !state.ticket.memberId;
  const people = usePeople(call.room, unseen);
  const rights = useRights(call.room, state);
  const observers = useObservers(call.room, state, rights.can("see_log"));
  useNotices(call.room);
  useEffect(() => { if (state.phase === "in") measure(call.room); }, [call.room, state.phase]);
  const lobby = useLobby(call.room, state, rights.can("admit"));
  const hands = useMemo(() => (rights.can("stage") ? handsOf(people).length : 0), [people, rights]);
  const Manage = useLater(loadManage, panel === "manage");
  const Extras = useLater(loadExtras, state.phase === "in");
  const Deputy = useLater(loadDeputy, state.phase === "in" && rights.role === "host");
  const Consent = useLater(loadConsent, state.phase === "in" && card.recording && !unseen);
  const RecordingEnd = useLater(loadRecordingEnd, state.phase === "in" && card.recording && rights.can("record"));
  const leave = () => (Deputy?.needsDeputy(people, rights) ? leaving.ask() : onLeave());
  const chat = useMessages(call.room, state, panel === "chat");
  const opener = useRef(null);
  const toggle = useCallback((name, button) => {
    opener.current = button ?? opener.current;
    setPanel((now) => (now === name ? "" : name));
  }, []);
  const close = useCallback(() => { setPanel(""); opener.current?.focus(); }, []);
  return (
    <>
      <Head state={state} card={card} count={membersOf(people).size} observers={observers} unseen={unseen} />
      <div>
        <Banner state={state} />
        {Consent && <Consent state={state} recording={card.recording} />}
        {RecordingEnd && rights.can("record") && <RecordingEnd state={state} recording={card.recording} />}
      </div>
      <div className="room-middle">
        <Stage room={call.room} people={people} state={state} />
        {panel === "chat" && <Chat chat={chat} card={card} rights={rights} room={call.room} me={state.ticket?.memberId} onClose={close} />}
        {panel === "people" && <People state={state} people={people} rights={rights} lobby={lobby} onClose={close} />}
        {panel === "manage" && Manage && <Manage state={state} card={card} rights={rights} onClose={close} />}
        {Extras && <Extras.Floating room={call.room} />}
      </div>
      <Sound room={call.room} />
      <Bar room={call.room} state={state} card={card} rights={rights} Extras={Extras} panel={panel} unread={chat.unread}
        waiting={lobby.waiting.length + hands} onPanel={toggle} onLeave={leave} />
      {leaving.times > 0 && <Deputy.DeputyDialog key={leaving.times} state={state} people={people} onClose={leaving.done} onLeave={onLeave} />}
      <p role="status" className="unseen">{lobby.waiting.length > 0 && `${lobby.waiting.length} waiting in the lobby`}</p>
      <p role="status" className="unseen">{hands > 0 && (hands === 1 ? "1 hand is up" : `${hands} hands are up`)}</p>
      <p role="status" className="unseen">{chat.latest}</p>
    </>
  );
}

export function RoomView({ call, state, card, visible, onLeave }) {
  const section = useRef(null);
  useEffect(() => call.setMounted(), [call]);
  useEffect(() => { if (visible) section.current?.focus(); }, [visible]);
  return (
    <RoomContext.Provider value={call.room}>
      <section ref={section} tabIndex={-1} className="room" hidden={!visible} aria-label="Session">
        <Inside call={call} state={state} card={card} onLeave={onLeave} />
        <RoomAudioRenderer room={call.room} />
      </section>
    </RoomContext.Provider>
  );
}
