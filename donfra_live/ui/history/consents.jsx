// Who said whether he may be seen and heard in a recording; for hosts and co-hosts.
import { useEffect, useState } from "react";
import { ask } from "../../room/component/act.js";
import { Rows } from "./rows.jsx";
import { atSecond } from "./words.js";

export function Consents({ recordingId }) {
  const [found, setFound] = useState(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    if (opened) void ask("GET", `/api/recordings/${recordingId}/consents`).then(({ ok, answer }) => setFound(ok ? answer.consents : []));
  }, [recordingId, opened]);
  return (
    <details className="more" onToggle={(e) => { if (e.currentTarget.open) setOpened(true); }}>
      <summary>Who may be seen and heard</summary>
      <Rows label="Answers" className="links">
        {(found ?? []).map((one) => <li key={one.member_id}><p>{one.name}: <strong>{one.agreed ? "yes" : "no"}</strong></p><time dateTime={one.at} className="muted">{atSecond(one.at)}</time></li>)}
      </Rows>
      <p className="muted">Who said yes is in it from that moment on; nobody else is seen or heard.</p>
    </details>
  );
}
