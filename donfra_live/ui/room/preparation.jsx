// The host's desk before the room: loads the preparation, which viewers never need.
import { useEffect, useState } from "react";
import { goLive } from "./link.js";

// Days before the date no camera is asked for.
export function HostDesk({ planned, ...desk }) {
  const [early, setEarly] = useState(false);
  if (early || !planned) return <Opened {...desk} />;
  return <p className="early"><button type="button" className="button" onClick={() => setEarly(true)}>Start it now instead</button></p>;
}

function Opened({ card, name, state }) {
  const [Desk, setDesk] = useState(null);
  const idle = state.phase === "out" || state.phase === "starting" || state.phase === "joining";
  useEffect(() => { void import("./media.jsx").then((m) => setDesk(() => m.Preparation)); }, []);
  if (!idle || state.shown) return null;
  if (!Desk) return <div className="sheet desk-loading" role="status">Loading…</div>;
  return (
    <Desk name={name} card={card} live={card.status === "live"} error={state.error} busy={state.phase !== "out"}
      onGo={(media) => goLive(card.id, name, card.status === "live", media)} />
  );
}
