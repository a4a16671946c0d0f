// Between the call and the page: what is pressed before the page is alive, what its state says, leaving it.
// On a session's link early.js loads this before the page itself.
import { arrive, bring, dropArrival, finish, idIn, inviteIn, isOpen, join, loadRoom, mediaNow, showAddress } from "./link.js";
import { get, hooks, recall, remember, rememberedName, set } from "./store.js";

const marks = () => document.documentElement.dataset;

// What the server's state says may move the call on: on air at last, ended meanwhile, seated before a reload.
export function follow({ card, role, seatName, standing, loaded, needsKey, problem }) {
  if (loaded) delete marks().seated;
  if (!loaded || needsKey) return;
  const { phase, sessionId, hosting, stopped } = get();
  const host = role === "host", ended = card.status === "ended", off = card.status === "cancelled" || card.status === "scheduled";
  if (host) remember("host", card.id);
  if (card.id && (get().card !== card || hosting !== host)) set({ card, hosting: host });
  if (phase === "in") showAddress();
  const inside = ["joining", "in", "lost", "waiting", "lobby", "starting"].includes(phase);
  // deleted: the page says so
  if (problem && !card.id && ["waiting", "lobby"].includes(phase)) return set({ phase: "out" });
  if (inside && card.id !== sessionId) return void (phase !== "joining" && hooks.onLook?.(sessionId));
  if (ended && ["waiting", "lobby", "in", "lost"].includes(phase)) return finish("ended");
  // called off or put off: the page says so
  if (off && ["waiting", "lobby"].includes(phase)) return set({ phase: "out" });
  if (phase === "lobby" && standing === "denied") return set({ phase: "out", error: "The host did not let you in." });
  if ((phase === "waiting" && card.status === "live") || (phase === "lobby" && standing === "admitted")) {
    set({ phase: "out" });
    return void join(sessionId, get().name);
  }
  // a reload in the lobby goes on waiting
  if (phase === "out" && standing === "waiting" && !role && !stopped) return set({ phase: "lobby", sessionId: card.id, name: rememberedName(), error: "" });
  if (phase !== "out" || card.status !== "live" || get().error) return;
  if (role && recall("in") === card.id) return void join(card.id, seatName, mediaNow(), 0); // no press: it began with the page
  if (host) dropArrival();
  else if (role || isOpen(card)) arrive(card.id);
}

// The page has taken over its HTML: what was pressed before on a form of its own is pressed again.
export function pageAlive() {
  const early = window.donfraEarly;
  if (!early || early.alive) return;
  early.alive = true;
  early.fill();
  delete marks().pressed;
  begin();
  if (early.pressed) document.getElementById(early.pressed)?.requestSubmit();
  early.pressed = null;
  (window.requestIdleCallback ?? setTimeout)(() => void loadRoom().catch(() => null));
}

// The page was left by a link inside the app, or by going back: the call goes with it.
export function leavePage(from) {
  const { phase, sessionId } = get();
  const now = location.pathname;
  if (phase !== "out" && now !== from && now !== "/live/" + sessionId) finish("out");
}

function submit(form) {
  const { session_id: idField, name: nameField, password: secretField } = form.elements;
  const id = idField ? idIn(idField.value) : location.pathname.split("/")[2];
  const name = nameField.value.trim();
  // the press may have come before this was there to hear it
  const pressed = window.donfraEarly.pressedAt || undefined;
  window.donfraEarly.pressedAt = 0;
  const missing = !id ? idField : !name ? nameField : secretField && !secretField.value ? secretField : null;
  if (!missing) {
    bring({ password: secretField?.value ?? "" });
    if (idField && inviteIn(idField.value)) bring({ invite: inviteIn(idField.value) });
    return void join(id, name, null, pressed);
  }
  delete marks().pressed;
  missing.focus();
}

let begun = false;
function begin() {
  const early = window.donfraEarly;
  if (begun || !early) return;
  begun = true;
  early.submit = submit;
  bring({ invite: inviteIn(location.hash) });
  if (early.pressed === "join-form") {
    early.pressed = null;
    submit(document.getElementById("join-form"));
  }
  // a reload in the middle of a call leads back by the seat instead
  if (early.sessionId && !early.seated) arrive(early.sessionId);
}
if (typeof window !== "undefined" && !import.meta.env.DEV) begin();
