// A small button of a panel, and one that asks first, in words that name what will happen.
import { useState } from "react";

export function Act({ does, busy, children, label, danger, bare, autoFocus }) {
  const looks = bare ?? (danger ? "room-button tiny danger" : "room-button tiny");
  return (
    <button type="button" className={looks} aria-busy={busy} aria-label={label} autoFocus={autoFocus} onClick={does}>{children}</button>
  );
}

// Asks once before what cannot be taken back. `asked` is null as long as nobody has pressed it.
// bare: a class of its own for the button that asks.
export function Sure({ word, label, question, keep = "Keep", busy, bare, does, children }) {
  const [asked, setAsked] = useState(null);
  if (!asked) return <Act busy={busy} label={label} danger bare={bare} autoFocus={asked === false} does={() => setAsked(true)}>{word}…</Act>;
  return (
    <span className="acts-sure">
      <span>{question}</span>
      <Act busy={busy} danger does={does}>{children}</Act>
      <Act busy={busy} autoFocus does={() => setAsked(false)}>{keep}</Act>
    </span>
  );
}
