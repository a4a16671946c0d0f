// The host's desk before the room: loads the preparation, which viewers never need.
import { useEffect, useState } from "react";
import { goLive } from "./link.js";

export function HostDesk({ card, name, state }) {
  const [Desk, setDesk] = useState(null);
  const idle = state.phase === "out" || state.phase === "starting" || state.phase === "joining";
  useEffect(() => { void import("./media.jsx").then((m) => setDesk(() => m.Preparation)); }, []);
  if (!idle || state.shown) return null;
  if (!Desk) return <div className="sheet desk-loading" role="status">Loading…</div>;
  return (
    <Desk name={name} live={card.status === "live"} error={state.error} busy={state.phase !== "out"}
      onGo={(media) => goLive(card.id, name, card.status === "live", media)} />
  );
}
