// The host's and co-hosts' panel: the session's settings, invites, who was removed, what was done.
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { act } from "./act.js";
import { PanelHead } from "./chat.jsx";
import { copied } from "./clipboard.js";
import { RemovedPeople, useAct } from "./moderate.jsx";
import { recall, remember } from "./store.js";
import { Recording } from "./recording.jsx";
import { ROLES } from "./rights.js";
import { said } from "./said.js";
import { Act, Sure } from "./sure.jsx";
import { useSpace } from "./use_space.js";

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });

function useList(state, path, key) {
  const [items, setItems] = useState(null);
  const load = useCallback(async () => {
    const { ok, answer } = await act("GET", state.sessionId, path);
    setItems(ok ? answer[key] : []);
  }, [state.sessionId, path, key]);
  useEffect(() => { void load(); }, [load]);
  return [items, load];
}

function Choice({ label, value, options, onChange }) {
  const id = useId();
  return (
    <div className="room-field"><label htmlFor={id}>{label}</label>
      <select id={id} className="room-input" value={value} onChange={(e) => onChange(e.target.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </div>
  );
}

const CHAT = [["everyone", "Everyone may write"], ["speakers", "Speakers only"], ["off", "Off"]];
const SLOW = [[0, "No limit"], [5, "One message in 5 seconds"], [30, "One message in 30 seconds"], [120, "One message in 2 minutes"]];
const ACCESS = [["link", "Anyone with the link"], ["members", "People with an account"], ["invited", "Invited people only"]];

// What was just chosen is shown at once, and no longer than until the server's word is here.
function useSettings(state, card) {
  const { run, busy, problem } = useAct(state);
  const [chosen, setChosen] = useState({});
  useEffect(() => setChosen({}), [card]);
  async function change(part) {
    setChosen(part);
    const done = await run("PATCH", "", part);
    if (!done) setChosen({});
    return done;
  }
  return { shown: { ...card, ...chosen }, change, busy, problem };
}

function Settings({ state, card, rights, space }) {
  const { shown, change, busy, problem } = useSettings(state, card);
  const [asked] = useState(card.ask_consent); // what can be taken back stays in its place while one does so
  const [password, setPassword] = useState("");
  const [sound, setSound] = useState(!recall("quiet", localStorage));
  return (
    <section aria-label="Settings" className="people-part" aria-busy={busy}>
      <Choice label="Chat" value={shown.chat} options={CHAT} onChange={(chat) => void change({ chat })} />
      <Choice label="Slow mode" value={shown.slow_mode_seconds} options={SLOW} onChange={(s) => void change({ slow_mode_seconds: Number(s) })} />
      <label className="check-row"><input type="checkbox" className="check" checked={shown.lobby} onChange={(e) => void change({ lobby: e.target.checked })} /><span>Lobby: people wait until they are let in</span></label>
      <label className="check-row"><input type="checkbox" className="check" checked={sound} onChange={(e) => { setSound(e.target.checked); remember("quiet", e.target.checked ? "" : "1", localStorage); }} /><span>Sound when somebody waits</span></label>
      {rights.can("set_access") && (
        <>
          {(space?.leaves_out || asked || shown.ask_consent) && <label className="check-row"><input type="checkbox" className="check" checked={shown.ask_consent} onChange={(e) => void change({ ask_consent: e.target.checked })} /><span>Ask everybody for consent to be recorded</span></label>}
          <Choice label="Who may join" value={shown.access} options={ACCESS} onChange={(access) => void change({ access })} />
          <form className="chat-form" onSubmit={(e) => { e.preventDefault(); void change({ password }).then((done) => done && setPassword("")); }}>
            <input className="room-input" type="text" autoComplete="off" aria-label="Password of the session" placeholder={card.has_password ? "New password" : "Password"} value={password} onChange={(e) => setPassword(e.target.value)} />
            <Act busy={busy} does={() => void change({ password }).then((done) => done && setPassword(""))}>{password || !card.has_password ? "Set" : "Remove"}</Act>
          </form>
          <p role="status" className="faint">{card.has_password && "Who joins is asked for the password."}</p>
        </>
      )}
      {problem}
    </section>
  );
}

function Fresh({ made }) {
  const [done, setDone] = useState(null);
  const field = useRef(null);
  async function copy() {
    setDone(await copied(made.url));
    field.current?.select();
  }
  return (
    <div className="invite-fresh" role="status">
      <p>{done === false ? "Your browser does not let us copy it. It is selected: copy it from here." : "Send this link. It is shown only now."}</p>
      <input ref={field} className="room-input mono" readOnly value={made.url} aria-label="Invite link" onFocus={(e) => e.target.select()} />
      <button type="button" className="room-button tiny" onClick={() => void copy()}>{done ? "Copied" : "Copy invite"}</button>
    </div>
  );
}

const HOUR = 3_600_000;
const ENDS = [["0", "Never"], [HOUR, "In an hour"], [24 * HOUR, "In a day"], [7 * 24 * HOUR, "In a week"], [30 * 24 * HOUR, "In 30 days"]];
const endOf = (after) => (Number(after) ? new Date(Date.now() + Number(after)).toISOString() : null);

function Invite({ invite, busy, onRevoke }) {
  const over = invite.expires_at && new Date(invite.expires_at) <= new Date();
  return (
    <li className="person">
      <span className="person-name">{ROLES[invite.role]}, used {invite.used}{invite.uses ? ` of ${invite.uses}` : ""}
        {invite.used_by.length > 0 && <span className="faint"> by {invite.used_by.join(", ")}</span>}
        {invite.expires_at && <span className="faint">, {over ? "ended" : "until"} <time dateTime={invite.expires_at}>{when.format(new Date(invite.expires_at))}</time></span>}</span>
      {invite.revoked ? <span className="faint">Revoked</span> : !over && <Sure word="Revoke" question="Its link lets nobody in any more. Who is in stays." busy={busy} does={onRevoke}>Revoke for good</Sure>}
    </li>
  );
}

function Invites({ state, rights }) {
  const { run, busy, problem } = useAct(state);
  const [invites, load] = useList(state, "/invites", "invites");
  const [role, setRole] = useState("viewer");
  const [uses, setUses] = useState("0");
  const [ends, setEnds] = useState("0");
  const [made, setMade] = useState(null);
  async function make() {
    const answer = await run("POST", "/invites", { role, uses: Number(uses), expires_at: endOf(ends) });
    if (answer) { setMade(answer); await load(); }
  }
  return (
    <section aria-label="Invites" className="people-part">
      <h3>Invites</h3>
      <div className="invite-form">
        <Choice label="As" value={role} options={rights.given.map((r) => [r, ROLES[r]])} onChange={setRole} />
        <Choice label="For" value={uses} options={[["0", "Any number"], ["1", "One person"], ["30", "30 people"]]} onChange={setUses} />
        <Choice label="Ends" value={ends} options={ENDS} onChange={setEnds} />
        <Act busy={busy} does={() => void make()}>Make invite</Act>
      </div>
      {problem}
      {made && <Fresh made={made} />}
      <ul className="people">
        {(invites ?? []).map((i) => (
          <Invite key={i.invite_id} invite={i} busy={busy} onRevoke={() => void run("DELETE", `/invites/${i.invite_id}`).then(load)} />
        ))}
      </ul>
      {invites?.length === 0 && <p className="faint">No invites yet. An invite lets somebody in with a role.</p>}
    </section>
  );
}

function LogLine({ line }) {
  const { who, does, whom, then, more } = said(line.actor_name, line.act, line.target_name, line.detail);
  return (
    <li><time dateTime={line.at} className="faint">{when.format(new Date(line.at))}</time> {who} {does} {whom}{then} {more && <span className="faint">({more})</span>}</li>
  );
}

function Log({ state }) {
  const [log] = useList(state, "/log", "log");
  return (
    <section aria-label="What was done" className="people-part">
      <h3>What was done</h3>
      <ol className="log">{(log ?? []).map((line) => <LogLine key={line.at + line.act + line.target_name} line={line} />)}</ol>
      {log?.length === 0 && <p className="faint">Nothing yet.</p>}
    </section>
  );
}

export function Manage({ state, card, rights, onClose }) {
  const space = useSpace(state.sessionId, card.recording);
  return (
    <aside className="panel-side" aria-label="Manage the session" onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <PanelHead title="Manage" onClose={onClose} />
      <div className="panel-scroll">
        {rights.can("record") && <Recording state={state} card={card} space={space} />}
        <Settings state={state} card={card} rights={rights} space={space} />
        {rights.can("invite") && <Invites state={state} rights={rights} />}
        {rights.can("remove") && <RemovedPeople state={state} />}
        {rights.can("see_attendance") && (
          <p className="people-part"><a href={`/dashboard/${state.sessionId}`} target="_blank" rel="noopener">Figures so far</a> <span className="faint">in a new tab</span></p>
        )}
        {rights.can("see_log") && <Log state={state} />}
      </div>
    </aside>
  );
}
