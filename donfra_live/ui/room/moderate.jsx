// What hosts and co-hosts do with people. Loaded for them alone; the server checks every act.
import { useEffect, useRef, useState } from "react";
import { act, inTurn } from "./act.js";
import { MoreIcon } from "./icons.jsx";
import { ROLES, isCalled, roleOf } from "./rights.js";
import { Act, Sure } from "./sure.jsx";

// One act after the other, the same one only once at a time, and what went wrong in words.
export function useAct(state) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const asked = useRef(new Set()), last = useRef(Promise.resolve());
  async function run(method, path, body) {
    const which = JSON.stringify([method, path, body]);
    if (asked.current.has(which)) return null;
    asked.current.add(which);
    setBusy(true);
    const answered = last.current.then(() => act(method, state.sessionId, path, body));
    last.current = answered;
    const { ok, answer, sentence } = await answered;
    asked.current.delete(which);
    setBusy(asked.current.size > 0);
    setError(ok ? "" : sentence);
    return ok ? answer : null;
  }
  return { run, busy, problem: <span role="alert" className="people-problem">{error}</span> };
}

export function WaitingList({ state, lobby, asked }) {
  const { run, busy, problem } = useAct(state);
  const after = (done) => done && lobby.load();
  if (!lobby.waiting.length) return null;
  return (
    <section aria-label="Waiting" className="people-part waiting-part">
      <div className="people-head">
        <h3>Waiting ({lobby.waiting.length})</h3>
        <Act busy={busy} does={() => void run("POST", "/waiting/admit", {}).then(after)}>Admit all</Act>
      </div>
      {problem}
      <ul className="people">
        {lobby.waiting.filter(isCalled(asked)).map((w) => (
          <li key={w.waiting_id} className="person">
            <span className="person-name">{w.name}</span>
            <Act busy={busy} label={`Admit ${w.name}`} does={() => void run("POST", `/waiting/${w.waiting_id}`, { decision: "admit" }).then(after)}>Admit</Act>
            <Sure word="Deny" label={`Deny ${w.name}`} question={`${w.name} cannot ask again. You can still admit them further down, or send an invite.`} keep="Keep waiting" busy={busy}
              does={() => void run("POST", `/waiting/${w.waiting_id}`, { decision: "deny" }).then(after)}>Deny for good</Sure>
          </li>
        ))}
      </ul>
    </section>
  );
}

// Who was denied by mistake can be let in; who waits and who does not changes with each word of the server.
export function DeniedList({ state, lobby, asked }) {
  const { run, busy, problem } = useAct(state);
  const [denied, setDenied] = useState([]);
  const [ask] = useState(inTurn);
  useEffect(() => {
    void ask(() => act("GET", state.sessionId, "/waiting?denied=true")).then((answer) => answer && setDenied(answer.waiting));
  }, [ask, state.sessionId, lobby.waiting]);
  const shown = denied.filter(isCalled(asked));
  if (!shown.length) return null;
  return (
    <section aria-label="Denied" className="people-part">
      <h3>Denied ({shown.length})</h3>
      {problem}
      <ul className="people">
        {shown.map((d) => (
          <li key={d.waiting_id} className="person">
            <span className="person-name">{d.name}</span>
            <Act busy={busy} label={`Admit ${d.name} after all`} does={() => void run("POST", `/waiting/${d.waiting_id}`, { decision: "admit" }).then((done) => done && lobby.load())}>Admit after all</Act>
          </li>
        ))}
      </ul>
    </section>
  );
}

// asked: whom one looks for. news: changes when somebody came or left.
export function RemovedPeople({ state, asked = "", news }) {
  const { run, busy, problem } = useAct(state);
  const [members, setMembers] = useState([]);
  const [ask] = useState(inTurn);
  const load = () => ask(() => act("GET", state.sessionId, "/members")).then((answer) => answer && setMembers(answer.members));
  useEffect(() => void load(), [state.sessionId, news]);
  const removed = members.filter((m) => m.banned).filter(isCalled(asked));
  if (!removed.length) return null;
  return (
    <section aria-label="Removed people" className="people-part">
      <h3>Removed people</h3>{problem}
      <ul className="people">{removed.map((m) => (
        <li key={m.member_id} className="person"><span className="person-name">{m.name}</span>
          <Act busy={busy} label={`Let ${m.name} come back`} does={() => void run("DELETE", `/bans/${m.member_id}`).then(load)}>Let come back</Act></li>
      ))}</ul>
    </section>
  );
}

export function LowerAll({ state }) {
  const { run, busy, problem } = useAct(state);
  return <>{problem}<Act busy={busy} does={() => void run("DELETE", "/hands?everybody=true")}>Lower all</Act></>;
}

export function MuteAll({ state }) {
  const { run, busy, problem } = useAct(state);
  return <>{problem}<Act busy={busy} does={() => void run("POST", "/members/mute", { source: "microphone" })}>Mute all</Act></>;
}

export function HandTools({ state, person }) {
  const { run, busy, problem } = useAct(state);
  const id = person.attributes.member;
  return (
    <>
      {problem}
      <Act busy={busy} label={`Bring ${person.name} on stage`} does={() => void run("PUT", `/stage/${id}`, {})}>On stage</Act>
      <Act busy={busy} label={`Lower the hand of ${person.name}`} does={() => void run("DELETE", `/hands/${id}`)}>Lower</Act>
    </>
  );
}

const MINUTES = [2, 5, 10];

function StageActs({ person, run, busy }) {
  const id = person.attributes.member;
  if (roleOf(person) !== "viewer" || person.attributes.stage) return null;
  return (
    <>
      <Act busy={busy} does={() => void run("PUT", `/stage/${id}`, {})}>Bring on stage</Act>
      {MINUTES.map((m) => <Act key={m} busy={busy} label={`Bring on stage for ${m} minutes`} does={() => void run("PUT", `/stage/${id}`, { seconds: m * 60 })}>Stage {m} min</Act>)}
    </>
  );
}

const SOURCES = [["microphone", "microphone", 2], ["camera", "camera", 1], ["screen_share", "screen", 3]];

function MediaActs({ person, run, busy }) {
  const id = person.attributes.member;
  const allowed = person.permissions?.canPublishSources ?? [];
  const on = { microphone: person.isMicrophoneEnabled, camera: person.isCameraEnabled, screen_share: person.isScreenShareEnabled };
  const speaks = roleOf(person) !== "viewer" || person.attributes.stage;
  if (!speaks) return null;
  return SOURCES.map(([source, word, number]) => {
    if (!allowed.includes(number)) {
      return source === "screen_share" && roleOf(person) === "viewer" ? null
        : <Act key={source} busy={busy} does={() => void run("DELETE", `/members/${id}/mute?source=${source}`)}>Allow {word} again</Act>;
    }
    return (
      <span key={source} className="acts-pair">
        {on[source] && <Act busy={busy} does={() => void run("POST", `/members/${id}/mute`, { source })}>{source === "microphone" ? "Mute" : `Stop ${word}`}</Act>}
        <Act busy={busy} does={() => void run("POST", `/members/${id}/mute`, { source, hold: true })}>Take {word} away</Act>
      </span>
    );
  });
}

function HostActs({ person, run, busy }) {
  const host = (keep) => void run("POST", "/host", { member_id: person.attributes.member, keep });
  return (
    <>
      <Act busy={busy} does={() => host(true)}>Make host too</Act>
      <Sure word="Hand over" question={`${person.name} becomes the host, and you a co-host.`} busy={busy} does={() => host(false)}>Hand over for good</Sure>
    </>
  );
}

function RoleActs({ person, rights, run, busy }) {
  const now = roleOf(person);
  return (
    <>
      {rights.can("set_role") && rights.given.filter((r) => r !== now).map((r) => (
        <Act key={r} busy={busy} does={() => void run("PATCH", `/members/${person.attributes.member}`, { role: r })}>Make {ROLES[r].toLowerCase()}</Act>
      ))}
      {rights.can("hand_over") && <HostActs person={person} run={run} busy={busy} />}
    </>
  );
}

export function PersonTools({ state, rights, person }) {
  const [open, setOpen] = useState(false);
  const { run, busy, problem } = useAct(state);
  if (!person.attributes?.member || !rights.above(roleOf(person))) return null;
  const id = person.attributes.member;
  return (
    <>
      {person.attributes.stage && <Act busy={busy} label={`Take ${person.name} off stage`} does={() => void run("DELETE", `/stage/${id}`)}>Off stage</Act>}
      <button type="button" className="room-button tiny bare" aria-label={`More for ${person.name}`} aria-expanded={open} onClick={() => setOpen(!open)}><MoreIcon /></button>
      {open && (
        <div className="acts" role="group" aria-label={`Acts on ${person.name}`}>
          <StageActs person={person} run={run} busy={busy} />
          <MediaActs person={person} run={run} busy={busy} />
          <RoleActs person={person} rights={rights} run={run} busy={busy} />
          {rights.can("remove") && (
            <Sure word="Remove" question={`${person.name} leaves at once and cannot come back.`} busy={busy} does={() => void run("DELETE", `/members/${id}`)}>Remove for good</Sure>
          )}
        </div>
      )}
      {problem}
    </>
  );
}
