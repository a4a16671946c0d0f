// What hosts change of a recording: its title, who may watch it, its captions.
import { useState } from "react";
import { ask, upload } from "../../room/component/act.js";
import { Asking } from "./asking.jsx";
import { Links } from "./links.jsx";

const WEBVTT = "text/vtt";

export function Change({ one, onDone }) {
  const own = `/api/recordings/${one.recording_id}`;
  const [title, setTitle] = useState(one.title);
  const [opened, setOpened] = useState(false);
  const [said, setSaid] = useState({ ok: true, sentence: "" });
  async function tell(promise, done) {
    const { ok, sentence } = await promise;
    setSaid({ ok, sentence: ok ? done : sentence });
    if (ok) onDone();
  }
  // a refusal stands further down, as everything said here
  const uncaption = () => tell(upload(`${own}/captions`, WEBVTT, ""), "Captions removed.").then(() => "");
  const save = (e) => { e.preventDefault(); void tell(ask("PATCH", own, { title: title.trim() }), "Saved."); };
  const give = (audience) => tell(ask("PATCH", own, { audience }), audience === "members" ? "Everybody who was there may watch it." : "Only hosts and co-hosts may watch it.");
  return (
    <details className="more" onToggle={(e) => { if (e.currentTarget.open) setOpened(true); }}>
      <summary>Title, who may watch, captions</summary>
      <form className="form inline recording-title" onSubmit={save}>
        <label className="field"><span className="label">Title of the recording</span>
          <input className="input" value={title} maxLength={120} autoComplete="off" onChange={(e) => setTitle(e.target.value)} />
        </label>
        <button type="submit" className="button">Save title</button>
      </form>
      <label className="field"><span className="label">Who may watch</span>
        <select className="input" value={one.audience} onChange={(e) => void give(e.target.value)}>
          <option value="hosts">Hosts and co-hosts</option>
          <option value="members">Everybody who was in the session</option>
        </select>
      </label>
      {opened && <Links recordingId={one.recording_id} />}
      <label className="field"><span className="label">Captions (a WebVTT file)</span>
        <input type="file" className="input" accept=".vtt,text/vtt" onChange={(e) => { const [file] = e.target.files; if (file) void tell(upload(`${own}/captions`, WEBVTT, file), "Captions added."); }} />
      </label>
      {one.has_captions && <Asking quiet word="Remove captions" group="Remove the captions?" question="The captions go for good; the recording stays." yes="Remove for good" act={uncaption} />}
      <p role="status" className={said.ok ? "muted" : "unseen"}>{said.ok ? said.sentence : ""}</p>
      <div role="alert">{!said.ok && <p className="refusal">{said.sentence}</p>}</div>
    </details>
  );
}
