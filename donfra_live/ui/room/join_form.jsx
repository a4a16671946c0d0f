// Name and Join; on /live also the session's id. The fields belong to the browser, not to React: what was
// typed before the page came alive stays. Pressing Join is page.js's (`submit`), before and after that.
import { useEffect, useRef, useState } from "react";
import { UUID, arrive, idIn, isOpen, stopWaiting } from "./link.js";
import { Recorded } from "./recorded.jsx";
import { rememberedName, send } from "./store.js";

const invited = () => typeof location !== "undefined" && location.hash.includes("invite=");
// The page first shows what it knew before somebody went to sign in; his cookie is newer.
const hasCookie = () => typeof document !== "undefined" && Boolean(document.documentElement.dataset.signedIn);

// What the session asks of somebody who has no place in it yet.
function asked({ askId, card, role, signedIn, state }) {
  if (askId) return { password: Boolean(state.asks.password), signIn: Boolean(state.asks.signIn), invite: false };
  const stranger = !role && !invited();
  return {
    password: Boolean(state.asks.password) || (stranger && card.has_password),
    signIn: Boolean(state.asks.signIn) || (stranger && card.access === "members" && !signedIn && !hasCookie()),
    invite: stranger && card.access === "invited",
  };
}

function Waiting({ lobby, card }) {
  return (
    <section className="sheet waiting" aria-label="Waiting">
      <p role="status"><span className="pulse" aria-hidden="true" /> {lobby
        ? "You are in the lobby. The host sees that you wait and lets you in."
        : "Waiting for the host to go live. You come in by yourself."}</p>
      <Recorded card={card} />
      <button type="button" className="button" onClick={stopWaiting}>Stop waiting</button>
    </section>
  );
}

// On /live the session is only an id that is typed, pasted or was in the address: what it is, is asked.
function useNamed(askId) {
  const [facts, setFacts] = useState({});
  const asked = useRef("");
  async function lookUp(id) {
    asked.current = id;
    setFacts({});
    const response = UUID.test(id) ? await send("GET", `/api/live/${id}`).catch(() => null) : null;
    if (response?.ok && asked.current === id) setFacts(await response.json());
  }
  useEffect(() => { if (askId) void lookUp(idIn(document.getElementById("join-session")?.value ?? "")); }, [askId]);
  return [facts, lookUp];
}

export function JoinForm({ askId, card, role, name, accountName, signedIn, state }) {
  const nameField = useRef(null);
  const waiting = state.phase === "waiting" || state.phase === "lobby";
  const door = asked({ askId, card, role, signedIn, state });
  const busy = state.phase === "joining";
  const [named, lookUp] = useNamed(askId);

  useEffect(() => {
    const field = nameField.current;
    if (!field || field.value) return;
    field.value = name || rememberedName() || (field === document.activeElement ? "" : accountName);
  }, [name, accountName, waiting]);

  if (waiting) return <Waiting lobby={state.phase === "lobby"} card={card} />;
  if (door.signIn) {
    const back = "/live/" + (card.id || idIn(document.getElementById("join-session")?.value ?? ""));
    return (
      <section className="sheet waiting" aria-label="Sign in">
        <p>This session is for people with an account.</p>
        <a className="button primary" href={`/sign-in?next=${encodeURIComponent(back)}`}>Sign in</a>
      </section>
    );
  }
  if (door.invite) {
    return <p className="sheet notice-text">This session is for invited people. Open the invite link you were sent.</p>;
  }
  return (
    <form id="join-form" className={askId ? "form" : "form sheet"} noValidate aria-label="Join the session">
      {askId && (
        <div className="field">
          <label htmlFor="join-session">Session ID</label>
          <input id="join-session" name="session_id" className="input mono" type="text" autoComplete="off"
            spellCheck={false} onInput={(e) => { const id = idIn(e.target.value); arrive(id); void lookUp(id); }} />
        </div>
      )}
      <div className="field">
        <label htmlFor="join-name">Your name</label>
        <input ref={nameField} id="join-name" name="name" className="input" type="text" autoComplete="name" maxLength={80}
          onFocus={() => card.status === "live" && isOpen(card) && arrive(card.id)} />
      </div>
      {door.password && (
        <div className="field">
          <label htmlFor="join-password">Password</label>
          <input id="join-password" name="password" className="input" type="password" autoComplete="off" maxLength={200} />
        </div>
      )}
      <Recorded card={askId ? named : card} />
      <div role="alert">{state.error && <p className="refusal">{state.error}</p>}</div>
      <button type="submit" className="button primary wide" aria-busy={busy}>Join</button>
      <p className="hint centred">{!askId && card.lobby && !role ? "You wait in the lobby until the host lets you in." : "You watch and chat. Nobody sees or hears you."}</p>
    </form>
  );
}
