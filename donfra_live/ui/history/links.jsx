// Links by which anybody watches a recording: made, copied once, listed, revoked. For hosts and co-hosts.
import { useEffect, useState } from "react";
import { ask } from "../../room/component/act.js";
import { copied } from "../../room/component/clipboard.js";
import { Asking } from "./asking.jsx";
import { Rows } from "./rows.jsx";
import { atClock, onShortDay } from "./words.js";

const LENGTHS = [[1, "1 day"], [7, "7 days"], [30, "30 days"], [0, "Without end"]];
const at = (time) => `${onShortDay(time)}, ${atClock(time)}`;
const times = (n) => (n === 0 ? "Never opened" : n === 1 ? "Opened once" : `Opened ${n} times`);

function until(link) {
  if (link.revoked) return "revoked";
  if (!link.expires_at) return "without end";
  return new Date(link.expires_at) <= new Date() ? `over since ${at(link.expires_at)}` : `until ${at(link.expires_at)}`;
}

// Shown once, right after it was made.
function Fresh({ url }) {
  const [said, setSaid] = useState("");
  const copy = async () => setSaid(await copied(url) ? "Copied." : "Your browser does not let us copy it. Copy it from the field.");
  return (
    <div className="fresh-link">
      <label className="field"><span className="label">The new link</span>
        <input className="input mono" readOnly value={url} onFocus={(e) => e.target.select()} />
      </label>
      <button type="button" className="button" onClick={() => void copy()}>Copy link</button>
      <p className="hint">Copy it now: it cannot be shown again. Whoever has it can watch, without a name or an account.</p>
      <p role="status" className={said ? "muted" : "unseen"}>{said}</p>
    </div>
  );
}

function One({ link, onRevoke }) {
  const over = link.revoked || (link.expires_at && new Date(link.expires_at) <= new Date());
  return (
    <li>
      <p>By {link.made_by} on {at(link.created_at)}, {until(link)}. <span className="muted">{times(link.opened)}.</span></p>
      {!over && <Asking word="Revoke" label={`Revoke the link from ${at(link.created_at)}`} group="Revoke the link?" question="Who has it cannot watch any more, and it does not come back." yes="Revoke link" act={onRevoke} />}
    </li>
  );
}

export function Links({ recordingId }) {
  const own = `/api/recordings/${recordingId}/links`;
  const [links, setLinks] = useState([]);
  const [days, setDays] = useState(7);
  const [fresh, setFresh] = useState({ id: "", url: "" });
  const [error, setError] = useState("");
  async function doing(promise) {
    const { ok, answer, sentence } = await promise;
    setError(ok ? "" : sentence);
    return ok ? answer : null;
  }
  async function load() {
    const answer = await doing(ask("GET", own));
    if (answer) setLinks(answer.links);
  }
  useEffect(() => { void load(); }, [recordingId]);
  async function make(event) {
    event.preventDefault();
    const made = await doing(ask("POST", own, { days }));
    if (!made) return;
    setFresh({ id: made.link_id, url: made.url });
    await load();
  }
  async function revoke(id) {
    const { ok, sentence } = await ask("DELETE", `${own}/${id}`);
    if (!ok) return sentence;
    if (fresh.id === id) setFresh({ id: "", url: "" });
    await load();
    return "";
  }
  return (
    <div role="group" aria-label="Links for anyone" className="recording-links">
      <form className="form inline recording-title" onSubmit={(e) => void make(e)}>
        <label className="field"><span className="label">A link for anyone, valid for</span>
          <select className="input" value={days} onChange={(e) => setDays(Number(e.target.value))}>
            {LENGTHS.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </label>
        <button type="submit" className="button">Make link</button>
      </form>
      <div role="alert">{error && <p className="refusal">{error}</p>}</div>
      {fresh.url && <Fresh key={fresh.id} url={fresh.url} />}
      {links.length > 0 && <Rows label="Links" className="links">{links.map((link) => <One key={link.link_id} link={link} onRevoke={() => revoke(link.link_id)} />)}</Rows>}
    </div>
  );
}
