// Getting into a room and staying there: arrival before the click, join, coming back, leaving.
// Works without the page; what ties the two together is in page.js.
import { leaveLobby } from "./gone.js";
import { ask, get, hear, hooks, post, recall, remember, set } from "./store.js";

const DUPLICATE = 2, REMOVED = 4;
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
export const UUID = new RegExp(`^${ID.source}$`, "i");
// Where an ID is asked for, people paste the link.
export const idIn = (text) => (ID.exec(text)?.[0] ?? text.trim()).toLowerCase();
export const inviteIn = (text) => new URLSearchParams(text.split("#")[1]).get("invite") ?? "";
const ARRIVAL_MS = 60_000;
const FINAL = new Set(["bad_input", "no_proof", "not_allowed", "not_found", "wrong_state", "removed", "denied", "in_lobby",
  "invite_needed", "password_needed", "not_signed_in"]);
const NO_ANSWER = { error: "no_answer", sentence: "The app does not answer. Check your connection and try again." };

// What the door asks for; in memory only, and the invite also in the address until it is used.
const door = { invite: "", password: "" };
export const bring = (part) => Object.assign(door, part);
export const isOpen = (card) => card.access === "link" && !card.has_password && !card.lobby;

let chunk, arrival = null;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const bodyThere = () => document.body ?? new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
export async function loadRoom() {
  await bodyThere();
  return (chunk ??= import("./inside.jsx").catch((e) => { chunk = undefined; throw e; }));
}

// early.js holds a session's page back until the room no longer needs the processor.
const letPageStart = () => window.donfraEarly?.start?.();

// A Room and its view; the view must be mounted before the connection starts, else it misses events.
async function openCall() {
  const { makeRoom } = await loadRoom();
  if (get().call) return get().call;
  const room = makeRoom();
  const call = { room, connecting: false };
  call.mounted = new Promise((resolve) => { call.setMounted = resolve; });
  room.on("disconnected", (reason) => gone(call, reason));
  for (const event of ["reconnecting", "signalReconnecting"]) room.on(event, () => set({ connection: "reconnecting" }));
  for (const event of ["reconnected", "connected"]) room.on(event, () => set({ connection: "" }));
  hear(room, "session", ({ status }) => { if (status === "ended") finish("ended"); });
  room.on("signalConnected", () => { call.signalled = true; });
  set({ call });
  return call;
}

// Shown just after the connection was made, the server would hold its answer back for 0.15 s to gather more: our
// own offer brings it at once. Where it has answered already, this changes nothing. Not in the client's documented
// interface: where it is gone, the picture comes as it would have.
function askForMedia(call) {
  if (call?.signalled && !call.closed) void call.room.engine?.negotiate?.().catch(() => null);
}

async function connect(call, url, token) {
  await call.mounted;
  call.connecting = true;
  try {
    await call.room.connect(url, token, { autoSubscribe: true, rtcConfig: { iceServers: [] } });
  } finally {
    call.connecting = false;
  }
}

function closeCall() {
  const { call } = get();
  if (arrival) clearTimeout(arrival.timer);
  arrival = null;
  if (!call) return;
  call.closed = true;
  set({ call: null, shown: false });
  void call.room.disconnect(true);
}

async function arrivalTicket(sessionId) {
  const early = window.donfraEarly;
  if (early?.arrival && early.sessionId === sessionId) {
    const answer = await early.arrival;
    early.arrival = null;
    return answer;
  }
  const response = await post("/api/live/arrival", { session_id: sessionId });
  return response.ok ? response.json() : null;
}

// A hidden connection, so that only a word from the server stands between the click and the picture.
export function arrive(sessionId) {
  if (!UUID.test(sessionId) || get().phase !== "out" || document.visibilityState !== "visible") return;
  if (arrival?.sessionId === sessionId || document.documentElement.dataset.film !== undefined) return;
  dropArrival();
  const mine = (arrival = { sessionId, identity: "", begun: false, timer: 0 });
  const asked = arrivalTicket(sessionId).catch(() => null);
  mine.done = (async () => {
    try {
      const [ticket, call] = await Promise.all([asked, openCall()]);
      await call.mounted;
      if (!ticket?.access_token || arrival !== mine) throw new Error("no arrival");
      mine.identity = ticket.identity;
      mine.begun = true;
      await connect(call, ticket.server_url, ticket.access_token);
      if (arrival === mine) mine.timer = setTimeout(() => dropArrival(mine), ARRIVAL_MS);
    } catch (error) {
      mine.error = error;
      dropArrival(mine);
    }
    if (get().phase === "out") window.donfraEarly?.startWhenQuiet?.();
  })();
}

export function dropArrival(which = arrival) {
  if (!arrival || which !== arrival) return;
  if (get().phase === "out" || get().phase === "joining") closeCall();
  arrival = null;
}

const ticketOf = (a) => ({
  sessionId: a.session_id, title: a.title, identity: a.identity, token: a.access_token, serverUrl: a.server_url,
  memberId: a.member_id, name: a.name, role: a.role, canPublish: a.can_publish, permissions: a.permissions,
  udpPort: a.udp_port, tcpPort: a.tcp_port,
});

// Asks the app to let us in; again for a while where nothing comes back: it may just be starting again.
async function admission(sessionId, name, identity, proof = {}) {
  for (let tries = 0; tries < 6; tries++) {
    try {
      const response = await post("/api/live/enter", { session_id: sessionId, user_name: name, identity, ...proof });
      const answer = await response.json();
      if (response.status === 202) return { error: "in_lobby", sentence: "" };
      if (response.ok) return { error: "", ticket: ticketOf(answer) };
      if (answer.error) return { error: answer.error, sentence: answer.detail };
    } catch {
      // asked again below
    }
    await sleep(500 * 2 ** tries);
  }
  return NO_ANSWER;
}

export async function join(sessionId, name, media = null, began = performance.now()) {
  const { phase } = get();
  if (phase === "joining" || phase === "in" || phase === "lost") return;
  remember("name", name, localStorage);
  set({ phase: "joining", sessionId, name, began, error: "", asks: {}, stopped: false, trouble: "", deviceProblem: "" });
  // a connection on its way is shown by the server; where none has begun an ordinary token is quicker
  if (arrival && arrival.begun && arrival.sessionId !== sessionId) dropArrival();
  const mine = arrival?.begun ? arrival : null;
  if (mine) set({ shown: true });
  else arrival = null;
  const [answer, call] = await Promise.all([admission(sessionId, name, mine?.identity ?? "", door), openCall().catch(() => null)]);
  if (!answer.error && !answer.ticket.token) {
    askForMedia(call);
    await mine?.done;
  }
  if (get().phase !== "joining") return;
  if (mine) clearTimeout(mine.timer);
  arrival = null;
  if (answer.error) return refused(answer);
  await enter(answer.ticket, media, mine?.error);
}

// An admin of this place watches: a connection without a member, so nothing brings it back by itself.
export async function observe(sessionId, title) {
  dropArrival();
  set({ phase: "joining", sessionId, error: "", trouble: "" });
  const response = await post(`/api/live/${sessionId}/observe`, {}).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response?.ok || !answer) return refused(answer?.error ? { error: answer.error, sentence: answer.detail } : NO_ANSWER);
  await enter({ ...ticketOf(answer), title, role: "viewer", permissions: {} }, null);
}

function refused(answer) {
  closeCall();
  const { error } = answer;
  if (error === "session_ended") finish("ended");
  else if (error === "removed") finish("removed");
  else if (error === "not_on_air") set({ phase: "waiting", error: "" });
  else if (error === "in_lobby") set({ phase: "lobby", error: "" });
  else set({ phase: "out", error: answer.sentence, asks: { password: error === "password_needed", signIn: error === "not_signed_in" } });
  letPageStart();
}

async function enter(ticket, media, failed) {
  const call = await openCall();
  set({ ticket, title: ticket.title, sessionId: ticket.sessionId, name: ticket.name, shown: true });
  remember("in", ticket.sessionId);
  showAddress();
  bring({ invite: "", password: "" });
  try {
    if (ticket.token) {
      if (call.room.state !== "disconnected") await leaveQuietly(call);
      await connect(call, ticket.serverUrl, ticket.token);
    } else if (call.room.state !== "connected") {
      return comeBack(call, media, failed ? where(ticket, failed) : "");
    }
  } catch (error) {
    return comeBack(call, media, where(ticket, error));
  }
  if (call.closed || get().call !== call) return;
  set({ phase: "in", trouble: "", connection: "" });
  void letSound(call.room);
  setTimeout(letPageStart, 2500); // where there is no picture to wait for
  if (!ticket.token) void makeSureShown(call, ticket);
  if (media && ticket.canPublish) await publish(call.room, media);
}

// The connection was made before the press that allows sound. A voice that is held back while the browser makes
// its sound ready is missed by the first call, which then says that all is well: the second one finds it.
async function letSound(room) {
  const voices = () => [...room.remoteParticipants.values()].flatMap((p) => [...p.audioTrackPublications.values()]);
  try {
    await room.startAudio();
    if (voices().some((v) => v.track?.attachedElements.some((element) => element.paused))) await room.startAudio();
  } catch { /* the room offers a button */ }
}

// Where a reload should lead; not before the page has taken over the HTML that belongs to the first address.
export function showAddress() {
  const { sessionId, title } = get();
  if (!window.donfraEarly?.alive) return;
  const path = "/live/" + sessionId;
  if (location.pathname !== path || /invite=/.test(location.hash)) history.replaceState(history.state, "", path);
  document.title = title;
}

// The server hears of a new connection from the media server; should that word be lost, it is asked again.
async function makeSureShown(call, ticket) {
  for (let tries = 0; tries < 5; tries++) {
    await sleep(2000);
    if (call.closed || get().call !== call || call.room.localParticipant.permissions?.canSubscribe) return;
    await admission(ticket.sessionId, ticket.name, ticket.identity);
  }
}

async function leaveQuietly(call) {
  call.connecting = true;
  await call.room.disconnect(true);
  call.connecting = false;
}

function where({ serverUrl, udpPort, tcpPort }, error) {
  const { host, port, protocol } = new URL(serverUrl, location.href);
  const at = port || (protocol === "wss:" || protocol === "https:" ? "443" : "80");
  const ports = [udpPort && `UDP port ${udpPort}`, tcpPort && `TCP port ${tcpPort}`].filter(Boolean).join(" and ");
  return /pc connection|ice|media/i.test(error?.message ?? "")
    ? `The media server answers, but sound and picture do not get through. A firewall may block ${ports || "its media ports"}.`
    : `The media server at ${host} does not answer. If this stays so, a firewall may block TCP port ${at}.`;
}

async function publish(room, media) {
  const { turnOn } = await import("./publish.jsx");
  await turnOn(room, media);
}

// The connection is gone for good: ask for a fresh token until we are back or told that it is over.
async function comeBack(call, media, trouble = "") {
  if (call.closed) return; // left while it was still being made
  set({ phase: "lost", trouble });
  let failures = trouble ? 1 : 0;
  for (let pause = trouble ? 1500 : 0; get().phase === "lost" && !call.closed; pause = Math.min(8000, pause * 2 || 500)) {
    await sleep(pause);
    const { sessionId, name } = get();
    const answer = await admission(sessionId, name, "");
    if (get().phase !== "lost" || call.closed) return;
    if (answer.error === "session_ended" || answer.error === "not_on_air" || FINAL.has(answer.error)) return refused(answer);
    if (answer.error) { set({ trouble: answer.sentence }); continue; }
    try {
      await connect(call, answer.ticket.serverUrl, answer.ticket.token);
    } catch (error) {
      // the first try may just come before a server that is started again
      if (failures++) set({ trouble: where(answer.ticket, error) });
      continue;
    }
    if (call.closed) return;
    set({ phase: "in", ticket: answer.ticket, trouble: "", connection: "" });
    if (media && answer.ticket.canPublish) await publish(call.room, media);
    return;
  }
}

function gone(call, reason) {
  if (call.closed || call.connecting || get().call !== call) return;
  const { phase } = get();
  if (phase === "out") return dropArrival();
  // a room that was deleted says nothing about the session: the server is asked
  if (reason === REMOVED || reason === DUPLICATE) finish("removed");
  else if (phase === "in") void comeBack(call, mediaNow());
}

export const mediaNow = () => {
  try { return JSON.parse(recall("media") || "null"); } catch { return null; }
};

export function finish(phase) {
  closeCall();
  remember("in", "");
  remember("media", "");
  set({ phase, ticket: null, error: "", trouble: "", connection: "" });
}
export const leave = () => finish("left");
export function stopWaiting() {
  leaveLobby(true);
  set({ phase: "out", error: "", stopped: true });
}
export const backToStart = () => set({ phase: "out", error: "" });

export async function goLive(sessionId, name, isLive, media) {
  remember("media", JSON.stringify(media));
  if (isLive) return join(sessionId, name, media);
  set({ phase: "starting", sessionId, name, began: performance.now(), error: "", trouble: "", deviceProblem: "" });
  void loadRoom().catch(() => null);
  const answer = await ask((request) => hooks.onGoLive?.(request, sessionId, name));
  if (answer.error) return refused(answer);
  set({ phase: "joining" });
  await enter(ticketOf(answer.ticket), media);
}

export async function endForEveryone() {
  const { sessionId } = get();
  const answer = await ask((request) => hooks.onEnd?.(request, sessionId));
  if (answer.error && answer.error !== "session_ended") return answer.sentence;
  if (get().phase === "in" || get().phase === "lost") finish("ended");
  return "";
}
