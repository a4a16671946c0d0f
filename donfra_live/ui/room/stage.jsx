// Only those who may publish stand on the stage; a shared screen is large, cameras are at its side.
import { useConnectionQualityIndicator, useIsMuted, useIsSpeaking, useTracks, VideoTrack } from "@livekit/components-react";
import { Track } from "livekit-client";
import { MicOffIcon } from "./icons.jsx";

const QUALITY = { excellent: "Good connection", good: "Fair connection", poor: "Poor connection", lost: "Connection lost" };
const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();

function Quality({ participant }) {
  const { quality } = useConnectionQualityIndicator({ participant });
  if (!QUALITY[quality]) return null;
  return (
    <span className={`quality quality-${quality}`} role="img" aria-label={QUALITY[quality]} title={QUALITY[quality]}>
      <i /><i /><i />
    </span>
  );
}

function Muted({ participant }) {
  const muted = useIsMuted({ participant, source: Track.Source.Microphone });
  return muted ? <span className="tile-muted" role="img" aria-label="Microphone off"><MicOffIcon /></span> : null;
}

function Tile({ participant, camera }) {
  const speaking = useIsSpeaking(participant);
  const name = participant.name || "Somebody";
  const seen = camera?.publication && !camera.publication.isMuted;
  return (
    <figure className={speaking ? "tile speaking" : "tile"}>
      {seen
        ? <VideoTrack trackRef={camera} className={participant.isLocal ? "mirrored" : undefined} aria-label={`Camera of ${name}`} />
        : <div className="tile-initials" aria-hidden="true">{initials(name)}</div>}
      <figcaption>
        <Muted participant={participant} />
        <span className="tile-name">{participant.isLocal ? `${name} (you)` : name}</span>
        <Quality participant={participant} />
      </figcaption>
    </figure>
  );
}

function Screen({ track }) {
  const name = track.participant.name || "Somebody";
  return (
    <figure className="tile screen">
      <VideoTrack trackRef={track} aria-label={`Screen of ${name}`} />
      <figcaption><span className="tile-name">{track.participant.isLocal ? "Your screen" : `Screen of ${name}`}</span></figcaption>
    </figure>
  );
}

function Empty({ state }) {
  if (state.phase !== "in") return <p className="stage-empty" role="status">Joining…</p>;
  return (
    <p className="stage-empty" role="status">
      {state.ticket?.canPublish ? "Turn on your microphone or camera to begin." : "Nobody is on the stage yet. Picture and sound come by themselves."}
    </p>
  );
}

export function Stage({ room, people, state }) {
  const tracks = useTracks([Track.Source.Camera, Track.Source.ScreenShare], { room, onlySubscribed: false });
  const cameras = new Map(tracks.filter((t) => t.source === Track.Source.Camera).map((t) => [t.participant.sid, t]));
  const screens = tracks.filter((t) => t.source === Track.Source.ScreenShare);
  const publishers = people.filter((p) => p.permissions?.canPublish || p.trackPublications.size > 0);
  const screen = screens.find((t) => !t.participant.isLocal) ?? screens[0];
  if (!publishers.length) return <div className="stage"><Empty state={state} /></div>;
  return (
    <div className={screen ? "stage with-screen" : "stage"} data-count={Math.min(publishers.length, 9)}>
      {screen && <Screen track={screen} />}
      <div className="tiles">
        {publishers.map((p) => <Tile key={p.sid || "me"} participant={p} camera={cameras.get(p.sid)} />)}
      </div>
    </div>
  );
}
