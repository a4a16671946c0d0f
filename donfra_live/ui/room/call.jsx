// The call's component, part of the page: the form before it and, as a portal over the page, the room.
import { useEffect, useRef } from "react";
import { answered, arrive, follow, loadRoom } from "./link.js";
import { api, get, hooks, recall, set, useCall } from "./store.js";
import { JoinForm } from "./join_form.jsx";
import { Overlay } from "./overlay.jsx";
import { HostDesk } from "./preparation.jsx";

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
    if (!loaded || needsKey || !card.id) return;
    key.current = new URLSearchParams(location.hash.slice(1)).get("host_key") ?? "";
    if (!key.current) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    onRedeem?.(card.id, key.current);
  }, [loaded, needsKey, card.id]);
}

export function Call(props) {
  const { askId, card, role, seatName, loaded, needsKey, answer, problem } = props;
  const state = useCall();
  Object.assign(hooks, props);

  useEffect(() => answered(answer), [answer]);
  useEffect(() => follow(props), [card, role, loaded, needsKey, state.phase]);
  useEffect(() => { if (loaded && needsKey) void fetchKey(); }, [loaded, needsKey]);
  useHostKey(props);
  useEffect(() => {
    const early = window.donfraEarly ?? {};
    early.alive = true;
    early.fill?.();
    delete document.documentElement.dataset.pressed;
    // a reload in the middle of a call leads back by the seat instead
    if (early.arrival && recall("in") !== early.sessionId) arrive(early.sessionId);
    if (early.pressed) document.getElementById(early.pressed)?.requestSubmit();
    early.pressed = null;
    void loadRoom().catch(() => null);
  }, []);
  useEffect(() => () => {
    // the page is left by a link inside the app: the call goes with it
    if (get().phase !== "out" && get().phase !== "in") set({ phase: "out", error: "" });
  }, []);

  const hosting = !askId && role === "host" && card.status !== "ended";
  const open = askId || (card.id && !problem && card.status !== "ended" && !hosting);
  return (
    <>
      {hosting && <HostDesk card={card} name={seatName} state={state} />}
      {open && <JoinForm askId={askId} card={card} name={seatName} state={state} />}
      {!askId && card.status === "ended" && <p className="sheet notice-text">This session has ended. <a href="/live">See all sessions</a></p>}
      <Overlay state={state} card={card} role={role} />
    </>
  );
}
