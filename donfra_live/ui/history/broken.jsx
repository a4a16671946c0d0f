// In place of a player whose film does not come: why, in words, and another try.
import { heard } from "../../room/component/act.js";
import { api } from "../../room/component/store.js";

const HERE = "This browser could not play the recording. Try again, or in another browser.";
export const MISSING = "The file of this recording is missing. Ask the operator of this place whether there is a copy.";
const ONE_BYTE = { Range: "bytes=0-0" };

// A player is told nothing but that it failed. The server says what is wrong, unless it would send the file.
export async function whyNot(recordingId) {
  const sent = () => fetch(api(`/api/recordings/${recordingId}/file`), { credentials: "include", headers: ONE_BYTE });
  const { ok, sentence } = await heard(sent);
  return ok ? HERE : sentence;
}

// focus: it came in place of the player that had it. why: "" while it is asked for.
export function Broken({ why, focus, onAgain }) {
  return (
    <div className="recording-player broken">
      <div role="alert">{why && <p>{why}</p>}</div>
      {why
        ? <button type="button" className="button small" autoFocus={focus} onClick={onAgain}>Try again</button>
        : <p role="status" className="muted">The recording does not play. Asking why…</p>}
    </div>
  );
}
