// The call's component, part of the page: the form before it. The room itself is inside.jsx, over the page.
import { useEffect, useRef, useState } from "react";
import { getBackendURL } from "$/utils/state";
import { observe } from "./link.js";
import { follow, leavePage, pageAlive } from "./page.js";
import { answered, api, hooks, setOrigin } from "./store.js";
import { useCall } from "./use_call.js";
import { JoinForm } from "./join_form.jsx";
import { HostDesk } from "./preparation.jsx";

if (import.meta.env.DEV && typeof window !== "undefined") setOrigin(getBackendURL().origin);

// Without the browser's key nobody can get his seat back; in production it comes with the page itself.
async function fetchKey() {
  if (sessionStorage.getItem("donfra-key-asked")) return;
  sessionStorage.setItem("donfra-key-asked", "1");
  const response = await fetch(api("/api/browser"), { credentials: "include" }).catch(() => null);
  if (response?.ok) location.reload();
}

function useHostKey({ card, loaded, needsKey, onRedeem }) {
  const key = useRef("");
  useEffect(() => {
    // the state may still be that of the session this tab showed before
    if (!loaded || needsKey || !card.id || !location.pathname.toLowerCase().endsWith(card.id)) return;
    key.current = new URLSearchParams(location.hash.slice(1)).get("host_key") ?? "";
    if (!key.current) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    onRedeem?.(card.id, key.current);
  }, [loaded, needsKey, card.id]);
}

function usePageAlive() {
  useEffect(() => {
    const here = location.pathname;
    pageAlive();
    // looked at later: development takes every component out once and puts it back
    return () => { setTimeout(() => leavePage(here)); };
  }, []);
}

// Who has an account has a name; what he has typed, or called himself before, stays.
function useAccountName(name) {
  useEffect(() => {
    const field = document.getElementById("create-name");
    if (field && !field.value && field !== document.activeElement) field.value = name;
  }, [name]);
}

export function Call(props) {
  const { askId, card, role, seatName, standing, signedIn, accountName, mayObserve, loaded, needsKey, answer, problem } = props;
  const state = useCall();
  // the page came with its form, so that it can be filled in before anything is known
  const [cameAsHtml] = useState(() => typeof window === "undefined" || !window.donfraEarly?.alive);
  Object.assign(hooks, props);

  useEffect(() => answered(answer), [answer]);
  useEffect(() => follow(props), [card, role, standing, loaded, needsKey, state.phase]);
  useEffect(() => {
    if (state.phase !== "lobby") return undefined;
    // says to the server that somebody waits here, to be told what becomes of him, and then that he still does
    hooks.onLook?.(state.sessionId);
    const timer = setInterval(() => hooks.onLook?.(state.sessionId), 20_000);
    return () => clearInterval(timer);
  }, [state.phase, state.sessionId]);
  useEffect(() => { if (loaded && needsKey) void fetchKey(); }, [loaded, needsKey]);
  useHostKey(props);
  useAccountName(accountName);
  usePageAlive();

  const planned = card.status === "scheduled", over = card.status === "ended" || card.status === "cancelled";
  const hosting = !askId && role === "host" && !over;
  // a host's link that was refused; he can come in as a viewer all the same
  const refused = !askId && answer?.request === "redeem" ? answer.sentence : "";
  const known = card.id ? !over && !planned && !hosting : cameAsHtml && !loaded;
  return (
    <>
      {refused && <p role="alert" className="refusal">{refused}</p>}
      {hosting && <HostDesk planned={planned} card={card} name={seatName} state={state} />}
      {(askId || (known && !problem)) && <JoinForm askId={askId} card={card} role={role} name={seatName} accountName={accountName} signedIn={signedIn} state={state} />}
      {mayObserve && !role && card.status === "live" && (
        <p className="notice-text"><button type="button" className="button" onClick={() => void observe(card.id, card.title)}>Watch unseen</button> The hosts are told that an admin watches.</p>
      )}
    </>
  );
}
