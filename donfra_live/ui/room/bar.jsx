// The bar at the bottom. What only publishers and hosts need is loaded for them alone.
import { useEffect, useState } from "react";
import { useLocalParticipantPermissions } from "@livekit/components-react";
import { ChatIcon, LeaveIcon, PeopleIcon } from "./icons.jsx";
import { EndDialog } from "./dialog.jsx";
import { endForEveryone } from "./link.js";

function PanelButton({ name, icon, open, count, onPanel }) {
  return (
    <button type="button" className="room-button" aria-label={name} aria-expanded={open} onClick={(e) => onPanel(name.toLowerCase(), e.currentTarget)}>
      {icon}<span className="wide-only" aria-hidden="true">{name}</span>
      {count > 0 && <span className="count" aria-hidden="true">{count > 99 ? "99+" : count}</span>}
    </button>
  );
}

export function Bar({ room, state, panel, unread, onPanel, onLeave }) {
  const [Tools, setTools] = useState(null);
  const [ending, setEnding] = useState(false);
  const permissions = useLocalParticipantPermissions();
  const publisher = Boolean(permissions?.canPublish ?? state.ticket?.canPublish);
  useEffect(() => {
    if (publisher) void import("./publish.jsx").then((m) => setTools(() => m.PublishTools));
  }, [publisher]);
  return (
    <footer className="room-bar">
      <div className="room-tools" role="group" aria-label="Your camera and microphone">
        {publisher && Tools && <Tools room={room} mayShare={Boolean(state.ticket?.canShare)} />}
      </div>
      <div className="room-tools" role="group" aria-label="Panels">
        <PanelButton name="Chat" icon={<ChatIcon />} open={panel === "chat"} count={unread} onPanel={onPanel} />
        <PanelButton name="People" icon={<PeopleIcon />} open={panel === "people"} count={0} onPanel={onPanel} />
      </div>
      <div className="room-tools" role="group" aria-label="Leaving">
        <button type="button" className="room-button" aria-label="Leave" onClick={onLeave}><LeaveIcon /><span className="wide-only" aria-hidden="true">Leave</span></button>
        {state.ticket?.canEnd && (
          <button type="button" className="room-button danger" aria-label="End for everyone" onClick={() => setEnding(true)}>
            <span aria-hidden="true">End<span className="wide-only"> for everyone</span></span>
          </button>
        )}
      </div>
      {ending && <EndDialog onClose={() => setEnding(false)} onEnd={endForEveryone} />}
    </footer>
  );
}
