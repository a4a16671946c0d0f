// The link to share: into the clipboard, or shown and selected where the browser keeps that from us.
import { useEffect, useRef, useState } from "react";
import { useAsked } from "./asked.js";
import { copied } from "./clipboard.js";
import { CheckIcon, LinkIcon } from "./icons.jsx";
import { linkTo } from "./store.js";

function LinkDialog({ link, onClose }) {
  const dialog = useRef(null);
  const field = useRef(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);
  return (
    <dialog ref={dialog} className="room-dialog" aria-labelledby="link-title" onClose={onClose}>
      <h2 id="link-title">The link to this session</h2>
      <p>Your browser does not let us copy it. It is selected: copy it from here.</p>
      <input ref={field} className="room-input link-field" readOnly value={link} aria-label="Link" autoFocus onFocus={(e) => e.target.select()} />
      <div className="dialog-buttons"><button type="button" className="room-button accent" onClick={() => dialog.current.close()}>Done</button></div>
    </dialog>
  );
}

export function CopyLink({ sessionId }) {
  const [done, setDone] = useState(false);
  const shown = useAsked();
  const path = "/live/" + sessionId;
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 2500);
    return () => clearTimeout(timer);
  }, [done]);
  async function copy() {
    if (await copied(linkTo(path))) setDone(true);
    else shown.ask();
  }
  return (
    <>
      <button type="button" className={done ? "room-button small done" : "room-button small"} onClick={copy} aria-label="Copy link">
        {done ? <CheckIcon /> : <LinkIcon />}<span className={done ? "" : "wide-only"} aria-hidden="true">{done ? "Copied" : "Copy link"}</span>
      </button>
      <span role="status" className="unseen">{done && "The link is copied"}</span>
      {shown.times > 0 && <LinkDialog key={shown.times} link={linkTo(path)} onClose={shown.done} />}
    </>
  );
}
