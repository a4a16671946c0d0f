// Who is here; roles as the server wrote them into the participants' attributes.
import { useParticipantAttribute } from "@livekit/components-react";
import { PanelHead } from "./chat.jsx";

const ROLES = { host: "Host", co_host: "Co-host", speaker: "Speaker" };
const ORDER = ["host", "co_host", "speaker", "viewer"];
const rank = (p) => { const at = ORDER.indexOf(p.attributes?.role); return at < 0 ? ORDER.length : at; };

function Person({ person }) {
  const role = useParticipantAttribute("role", { participant: person });
  return (
    <li className="person">
      <span>{person.name || "Somebody"}{person.isLocal && <span className="faint"> (you)</span>}</span>
      {ROLES[role] && <span className="person-role">{ROLES[role]}</span>}
    </li>
  );
}

export function People({ people, onClose }) {
  const sorted = [...people].sort((a, b) => rank(a) - rank(b) || (a.name ?? "").localeCompare(b.name ?? ""));
  return (
    <aside className="panel-side" aria-label="People in the session">
      <PanelHead title="People" onClose={onClose} />
      <ul className="people">{sorted.map((p) => <Person key={p.sid || "me"} person={p} />)}</ul>
    </aside>
  );
}
