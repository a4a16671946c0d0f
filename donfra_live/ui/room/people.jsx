// Who is here, who may speak, and whose hand is up. What moderators do with people is a chunk of its own.
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { PanelHead } from "./chat.jsx";
import { HandIcon, MicIcon, MicOffIcon } from "./icons.jsx";
import { ROLES, byRoleAndName, handsOf, isCalled, membersOf, roleOf } from "./rights.js";

const MANY = 8;
const speaks = (person) => Boolean(person.permissions?.canPublish);

function Person({ person, tools }) {
  const role = roleOf(person);
  return (
    <li className="person">
      <span className="person-name">{person.name || "Somebody"}{person.isLocal && <span className="faint"> (you)</span>}</span>
      {person.attributes?.hand && <span className="person-mark" title="Hand raised"><HandIcon /><span className="unseen">Hand raised</span></span>}
      {speaks(person) && (person.isMicrophoneEnabled
        ? <span className="person-mark"><MicIcon /><span className="unseen">Microphone on</span></span>
        : <span className="person-mark faint"><MicOffIcon /><span className="unseen">Microphone off</span></span>)}
      {(role !== "viewer" || person.attributes?.stage) && <span className="person-role">{ROLES[role]}</span>}
      {tools}
    </li>
  );
}

function useModerating(wanted) {
  const [Parts, setParts] = useState(null);
  useEffect(() => { if (wanted) void import("./moderate.jsx").then(setParts, () => null); }, [wanted]);
  return wanted ? Parts : null;
}

export function People({ state, people, rights, lobby, onClose }) {
  const [search, setSearch] = useState("");
  const asked = useDeferredValue(search.trim().toLowerCase());
  const parts = useModerating(rights.can("mute") || rights.can("admit"));
  const members = useMemo(() => [...membersOf(people).values()].sort(byRoleAndName), [people]);
  const hands = useMemo(() => handsOf(people), [people]);
  const stage = members.filter(speaks), audience = members.filter((p) => !speaks(p));
  const shown = (list) => list.filter(isCalled(asked));
  const row = (p) => <Person key={p.identity} person={p} tools={parts && !p.isLocal && <parts.PersonTools state={state} rights={rights} person={p} />} />;
  return (
    <aside className="panel-side" aria-label="People in the session" onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <PanelHead title="People" count={members.length} onClose={onClose} />
      <div className="panel-scroll">
        {parts && rights.can("admit") && <parts.WaitingList state={state} lobby={lobby} asked={asked} />}
        {hands.length > 0 && (
          <section aria-label="Raised hands" className="people-part">
            <div className="people-head"><h3>Raised hands ({hands.length})</h3>{parts && <parts.LowerAll state={state} />}</div>
            <ol className="people">{hands.map((p) => <Person key={p.identity} person={p} tools={parts && <parts.HandTools state={state} person={p} />} />)}</ol>
          </section>
        )}
        {(search || members.length + lobby.waiting.length > MANY) && (
          <input className="room-input" type="search" aria-label="Find somebody" placeholder="Find somebody" value={search} onChange={(e) => setSearch(e.target.value)} />
        )}
        <section aria-label="On stage" className="people-part">
          <div className="people-head"><h3>On stage ({stage.length})</h3>{parts && <parts.MuteAll state={state} />}</div>
          <ul className="people">{shown(stage).map(row)}</ul>
          {stage.length === 0 && <p className="faint">Nobody may speak right now.</p>}
        </section>
        <section aria-label="Watching" className="people-part">
          <h3>Watching ({audience.length})</h3>
          <ul className="people">{shown(audience).map(row)}</ul>
          {audience.length === 0 && <p className="faint">Nobody watches yet. Send them the session's link.</p>}
        </section>
        {shown([...members, ...lobby.waiting]).length === 0 && <p className="faint">Nobody of this name is here.</p>}
        {parts && rights.can("admit") && <parts.DeniedList state={state} lobby={lobby} asked={asked} />}
        {parts && rights.can("remove") && asked && <parts.RemovedPeople state={state} asked={asked} news={members.length} />}
      </div>
    </aside>
  );
}
