// The bar at the bottom. What only publishers and hosts need is loaded for them alone.
import { useEffect, useState } from "react";
import { useLocalParticipantPermissions, useParticipantAttribute } from "@livekit/components-react";
import { useAsked } from "./asked.js";
import { ChatIcon, LeaveIcon, ManageIcon, PeopleIcon } from "./icons.jsx";
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

export function Bar({ room, state, card, rights, Extras, panel, unread, waiting, onPanel, onLeave }) {
  const [Tools, setTools] = useState(null);
  const ending = useAsked();
  const permissions = useLocalParticipantPermissions();
  const publisher = Boolean(permissions?.canPublish ?? state.ticket?.canPublish);
  const onStage = useParticipantAttribute("stage", { participant: room.localParticipant });
  useEffect(() => {
    if (publisher) void import("./publish.jsx").then((m) => setTools(() => m.PublishTools));
  }, [publisher]);
  return (
    <footer className="room-bar">
      <div className="room-tools" role="group" aria-label="Your camera and microphone">
        {publisher && Tools && <Tools room={room} mayShare={rights.can("share_screen")} />}
        {Extras && onStage && <Extras.StepDown state={state} />}
        {Extras && !publisher && rights.can("raise_hand") && <Extras.Hand room={room} state={state} />}
        {Extras && card.chat !== "off" && rights.can("react") && <Extras.Reactions state={state} />}
      </div>
      <div className="room-tools" role="group" aria-label="Panels">
        {(!state.ticket || rights.can("chat")) && <PanelButton name="Chat" icon={<ChatIcon />} open={panel === "chat"} count={unread} onPanel={onPanel} />}
        <PanelButton name="People" icon={<PeopleIcon />} open={panel === "people"} count={waiting} onPanel={onPanel} />
        {rights.can("set_chat") && <PanelButton name="Manage" icon={<ManageIcon />} open={panel === "manage"} count={0} onPanel={onPanel} />}
      </div>
      <div className="room-tools" role="group" aria-label="Leaving">
        <button type="button" className="room-button" aria-label="Leave" onClick={onLeave}><LeaveIcon /><span className="wide-only" aria-hidden="true">Leave</span></button>
        {rights.can("end") && (
          <button type="button" className="room-button danger without-panel" aria-label="End for everyone" onClick={ending.ask}>
            <span aria-hidden="true">End<span className="wide-only"> for everyone</span></span>
          </button>
        )}
      </div>
      {ending.times > 0 && <EndDialog key={ending.times} onClose={ending.done} onEnd={endForEveryone} />}
    </footer>
  );
}
