// A link of ours, copied on a page before the room: shown where the browser keeps the clipboard from us.
import { useState } from "react";
import { copied } from "./clipboard.js";
import { linkTo } from "./store.js";

export function CopyButton({ path, label, size = "" }) {
  const [state, setState] = useState("");
  const copy = async () => setState((await copied(linkTo(path))) ? "copied" : "shown");
  return (
    <>
      <button type="button" className={"button " + size} onClick={() => void copy()}>{state === "copied" ? "Link copied" : label}</button>
      <span role="status" className="unseen">{state === "copied" && "The link is copied"}</span>
      {state === "shown" && <input className="input mono" readOnly value={linkTo(path)} aria-label="Link" onFocus={(e) => e.target.select()} autoFocus />}
    </>
  );
}
