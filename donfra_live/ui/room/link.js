// Getting into a room and staying there: arrival before the click, join, coming back, leaving.
import { answered, api, ask, get, hooks, recall, remember, set } from "./store.js";

export { answered };
const DUPLICATE = 2, REMOVED = 4, DELETED = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ARRIVAL_MS = 60_000;
const FINAL = new Set(["bad_input", "no_proof", "not_allowed", "not_found", "wrong_state"]);

let chunk, arrival = null;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const loadRoom = () => (chunk ??= import("./room.jsx").catch((e) => { chunk = undefined; throw e; }));

// A Room and its view; the view must be mounted before the connection starts, else it misses events.
async function openCall() {
  const { makeRoom, RoomView } = await loadRoom();
  if (get().call) return get().call;
  const room = makeRoom();
  const call = { room, connecting: false };
  call.mounted = new Promise((resolve) => { call.setMounted = resolve; });
  room.on("disconnected", (reason) => gone(call, reason));
  for (const event of ["reconnecting", "signalReconnecting"]) room.on(event, () => set({ connection: "reconnecting" }));
  for (const event of ["reconnected", "connected"]) room.on(event, () => set({ connection: "" }));
  room.on("dataReceived", (payload, from, kind, topic) => {
    if (!from && topic === "session" && /"status":\s*"ended"/.test(new TextDecoder().decode(payload))) finish("ended");
  });
  set({ call, View: RoomView });
  return call;
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
    if (answer?.access_token) return answer;
    // 405: in development the pages' server was asked, which knows no /api
    if (answer?.status && answer.status !== 405) return null;
  }
  const response = await fetch(api("/api/live/arrival"), {
    method: "POST", credentials: "include", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ session_id: sessionId }),
  });
  return response.ok ? response.json() : null;
}

// A hidden connection, so that only a word from the server stands between the click and the picture.
export function arrive(sessionId) {
  if (!UUID.test(sessionId) || get().phase !== "out" || document.visibilityState !== "visible") return;
  if (arrival?.sessionId === sessionId) return;
  dropArrival();
  const mine = (arrival = { sessionId, identity: "", connected: false, timer: 0 });
  const asked = arrivalTicket(sessionId).catch(() => null);
  mine.ticketed = asked.then((ticket) => { mine.identity = ticket?.identity ?? ""; });
  mine.done = (async () => {
    try {
      const [ticket, call] = await Promise.all([asked, openCall()]);
      if (!ticket?.access_token || arrival !== mine) throw new Error("no arrival");
      await connect(call, ticket.server_url, ticket.access_token);
      if (arrival !== mine) return;
      mine.connected = true;
      mine.timer = setTimeout(() => dropArrival(mine), ARRIVAL_MS);
    } catch {
      dropArrival(mine);
    }
  })();
}

function dropArrival(which = arrival) {
  if (!arrival || which !== arrival) return;
  if (get().phase === "out" || get().phase === "joining") closeCall();
  arrival = null;
}

export async function join(sessionId, name, media = null) {
  const { phase } = get();
  if (phase === "joining" || phase === "in" || phase === "lost") return;
  remember("name", name, localStorage);
  set({ phase: "joining", sessionId, name, error: "", trouble: "", deviceProblem: "" });
  if (arrival && arrival.sessionId !== sessionId) dropArrival();
  if (arrival) {
    set({ shown: arrival.connected });
    await Promise.race([arrival.ticketed, sleep(2000)]);
  }
  // still connecting is as good: the server shows it as soon as it is connected
  const mine = arrival?.identity ? arrival : null;
  const identity = mine?.identity ?? "";
  if (!mine) dropArrival();
  else set({ shown: true });
  const [answer] = await Promise.all([
    ask((request) => hooks.onJoin?.(request, sessionId, name, identity)), openCall().catch(() => null),
  ]);
  if (!answer.error && !answer.ticket.token) await mine?.done;
  if (get().phase !== "joining") return;
  if (mine) clearTimeout(mine.timer);
  arrival = null;
  if (answer.error) return refused(answer);
  await enter(answer.ticket, media);
}

function refused(answer) {
  closeCall();
  if (answer.error === "session_ended") finish("ended");
  else if (answer.error === "not_on_air") set({ phase: "waiting", error: "" });
  else set({ phase: "out", error: answer.sentence });
}

async function enter(ticket, media) {
  const call = await openCall();
  set({ ticket, title: ticket.title, sessionId: ticket.sessionId, name: ticket.name, shown: true });
  const path = "/live/" + ticket.sessionId;
  if (location.pathname !== path) history.replaceState(history.state, "", path);
  document.title = ticket.title;
  remember("in", ticket.sessionId);
  try {
    if (ticket.token) {
      if (call.room.state !== "disconnected") await leaveQuietly(call);
      await connect(call, ticket.serverUrl, ticket.token);
    } else if (call.room.state !== "connected") {
      return comeBack(call, media);
    }
  } catch (error) {
    return comeBack(call, media, where(ticket.serverUrl, error));
  }
  if (call.closed || get().call !== call) return;
  set({ phase: "in", trouble: "", connection: "" });
  if (!ticket.token) void makeSureShown(call, ticket);
  if (media && ticket.canPublish) await publish(call.room, media);
}

// The server hears of a new connection from the media server; should that word be lost, it is asked again.
async function makeSureShown(call, ticket) {
  for (let tries = 0; tries < 5; tries++) {
    await sleep(2000);
    if (call.closed || get().call !== call || call.room.localParticipant.permissions?.canSubscribe) return;
    await ask((request) => hooks.onJoin?.(request, ticket.sessionId, ticket.name, ticket.identity));
  }
}

async function leaveQuietly(call) {
  call.connecting = true;
  await call.room.disconnect(true);
  call.connecting = false;
}

function where(url, error) {
  const { host, port, protocol } = new URL(url, location.href);
  const at = port || (protocol === "wss:" || protocol === "https:" ? "443" : "80");
  return /pc connection|ice|media/i.test(error?.message ?? "")
    ? "The media server answers, but sound and picture do not get through. A firewall may block UDP port 7882 and TCP port 7881."
    : `The media server at ${host} does not answer. If this stays so, a firewall may block TCP port ${at}.`;
}

async function publish(room, media) {
  const { turnOn } = await import("./publish.jsx");
  await turnOn(room, media);
}

// The connection is gone for good: ask for a fresh token until we are back or told that it is over.
async function comeBack(call, media, trouble = "") {
  set({ phase: "lost", trouble });
  for (let pause = trouble ? 1500 : 0; get().phase === "lost" && !call.closed; pause = Math.min(8000, pause * 2 || 500)) {
    await sleep(pause);
    const { sessionId, name } = get();
    const answer = await ask((request) => hooks.onJoin?.(request, sessionId, name, ""));
    if (get().phase !== "lost" || call.closed) return;
    if (answer.error === "session_ended" || answer.error === "not_on_air" || FINAL.has(answer.error)) return refused(answer);
    if (answer.error) { set({ trouble: answer.sentence }); continue; }
    try {
      await connect(call, answer.ticket.serverUrl, answer.ticket.token);
    } catch (error) {
      set({ trouble: where(answer.ticket.serverUrl, error) });
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
  if (reason === DELETED) finish("ended");
  else if (reason === REMOVED || reason === DUPLICATE) finish("removed");
  else if (phase === "in") void comeBack(call, mediaNow());
}

const mediaNow = () => {
  try { return JSON.parse(recall("media") || "null"); } catch { return null; }
};

export function finish(phase) {
  closeCall();
  remember("in", "");
  remember("media", "");
  set({ phase, ticket: null, error: "", trouble: "", connection: "" });
}
export const leave = () => finish("left");
export const stopWaiting = () => set({ phase: "out", error: "" });
export const backToStart = () => set({ phase: "out", error: "" });

export async function goLive(sessionId, name, isLive, media) {
  if (!isLive) {
    set({ phase: "starting", error: "" });
    const answer = await ask((request) => hooks.onGoLive?.(request, sessionId));
    if (answer.error) return set({ phase: "out", error: answer.sentence });
    set({ phase: "out" });
  }
  remember("media", JSON.stringify(media));
  await join(sessionId, name, media);
}

export async function endForEveryone() {
  const { sessionId } = get();
  const answer = await ask((request) => hooks.onEnd?.(request, sessionId));
  if (answer.error && answer.error !== "session_ended") return answer.sentence;
  if (get().phase === "in" || get().phase === "lost") finish("ended");
  return "";
}

// What the server's state says may move the call on: on air at last, ended meanwhile, seated before a reload.
export function follow({ card, role, seatName, loaded, needsKey }) {
  const { phase, sessionId } = get();
  if (!loaded || needsKey) return;
  const inside = ["joining", "in", "lost", "waiting", "starting"].includes(phase);
  if (inside && card.id !== sessionId) return void (phase !== "joining" && hooks.onLook?.(sessionId));
  if (phase === "waiting" && card.status === "live") {
    set({ phase: "out" });
    return void join(sessionId, get().name);
  }
  if (card.status === "ended" && (phase === "waiting" || phase === "in" || phase === "lost")) return finish("ended");
  if (phase !== "out" || card.status !== "live" || get().error) return;
  if (role && recall("in") === card.id) return void join(card.id, seatName, mediaNow());
  if (role === "host") dropArrival();
  else arrive(card.id);
}
