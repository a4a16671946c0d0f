// How many said that they may be seen and heard in the recording that runs; for hosts and co-hosts.
import { useEffect, useState } from "react";
import { ask } from "./act.js";

export function Answers({ one }) {
  const [found, setFound] = useState(null);
  // `one` is a new object each time that it was asked for
  useEffect(() => {
    if (one.by_consent) void ask("GET", `/api/recordings/${one.recording_id}/consents`).then(({ ok, answer }) => ok && setFound(answer));
  }, [one]);
  if (!one.by_consent || !found) return null;
  const yes = found.consents.filter((c) => c.agreed).length, no = found.consents.length - yes;
  return <p className="faint">May be seen and heard: {yes} yes, {no} no, {found.silent} without an answer. Only who said yes is in it.</p>;
}
