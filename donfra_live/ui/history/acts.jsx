// What was done: hands, stage, moderation; in order, by the names people had then.
import { useState } from "react";
import { atSecond } from "./words.js";

const FIRST = 20;
const SAID = {
  "raise hand": "raised a hand", "lower hand": "lowered the hand", "on stage": "brought on stage", "off stage": "took off the stage",
  "lower hands": "lowered hands", remove: "removed", "lift ban": "let come back", mute: "muted", "mute all": "muted everybody",
  "mute and hold": "muted for good", "mute and hold all": "muted everybody for good", allow: "gave back", role: "changed the role of",
  host: "made host", admit: "let in", deny: "did not let in", "admit all": "let everybody in", settings: "changed the settings",
  invite: "made an invite", "revoke invite": "ended an invite", "delete message": "removed a message of", observe: "watched unseen",
  record: "began to record", "pause recording": "paused the recording", "resume recording": "went on recording",
  "stop recording": "stopped the recording", "delete recording": "deleted the recording", "watch recording": "watched the recording",
  "download recording": "downloaded the recording", "give recording": "let everybody who was there watch the recording",
  "take recording back": "kept the recording to hosts", export: "downloaded everything",
};

function Act({ act }) {
  return (
    <li className="line">
      <time dateTime={act.at} className="muted">{atSecond(act.at)}</time>
      <p><strong>{act.who}</strong> {SAID[act.act] ?? act.act} {act.target && <strong>{act.target}</strong>} {act.detail && <span className="muted">({act.detail})</span>}</p>
    </li>
  );
}

export function Acts({ acts }) {
  const [all, setAll] = useState(false);
  const shown = all ? acts : acts.slice(0, FIRST);
  return (
    <section className="sheet part" aria-label="What was done">
      <h2>Hands, stage and moderation</h2>
      {acts.length === 0 ? <p className="empty">Nobody raised a hand, and nothing had to be moderated.</p> : <ol className="lines">{shown.map((act, n) => <Act key={n} act={act} />)}</ol>}
      {shown.length < acts.length && <p><button type="button" className="button small" onClick={() => setAll(true)}>Show all {acts.length}</button></p>}
    </section>
  );
}
