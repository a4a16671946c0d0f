// The call as this browser knows it: one object, replaced at every change, and what it asks and hears of the server.
// No React and nothing of Reflex in here: it runs before either is loaded.
// phase: out, joining, waiting (not on air yet), lobby, in, lost (coming back), left, removed, ended.
// stopped: he waits no longer, whatever the server still thinks. began: when Join was pressed, on performance's clock.
const START = {
  phase: "out", sessionId: "", title: "", name: "", ticket: null, call: null,
  shown: false, began: 0, error: "", asks: {}, stopped: false, trouble: "", deviceProblem: "", connection: "", card: {}, hosting: false,
};
let state = START;
const listeners = new Set();

export const get = () => state;
export function set(change) {
  state = { ...state, ...change };
  for (const tell of [...listeners]) tell();
}
export const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const atStart = () => START;

// Events of the page (onGoLive, onEnd, ...) as the mounted component got them.
export const hooks = {};

// A link to give on: whoever is at this machine itself may have come by an address that leads others nowhere.
export const linkTo = (path) => (hooks.share || location.origin) + path;

export const randomId = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

const pending = new Map();
// Asks again while nothing comes back: the app's server may just be starting again.
export function ask(send) {
  const request = randomId(12);
  return new Promise((resolve) => {
    const again = setInterval(() => send(request), 5000);
    pending.set(request, (answer) => {
      clearInterval(again);
      pending.delete(request);
      resolve(answer);
      // a ticket must not stay on the server, where whoever takes this page's state over would find it
      if (answer.ticket?.identity) hooks.onTaken?.(request);
    });
    send(request);
  });
}
export const answered = (answer) => pending.get(answer?.request)?.(answer);

// In development the pages' server knows no /api: call.jsx says where the app is.
let origin = "";
export const setOrigin = (given) => { origin = given; };
export const api = (path) => origin + path;
export function send(method, path, body) {
  const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return fetch(api(path), { method, credentials: "include", ...json });
}
export const post = (path, body) => send("POST", path, body);

// Words of the server in the room, by topic; what participants send is none. Gives back how to stop.
export function hear(room, topic, tell) {
  // who has just come, or gone, is no participant to the client yet: only his identity tells him from the server
  const told = (payload, from, kind, said, encryption, identity) => {
    if (from || identity || said !== topic) return;
    let word;
    try {
      word = JSON.parse(new TextDecoder().decode(payload));
    } catch {
      return; // not one of ours
    }
    tell(word);
  };
  room.on("dataReceived", told);
  return () => room.off("dataReceived", told);
}

export function remember(key, value, storage = sessionStorage) {
  try {
    if (value) storage.setItem("donfra-" + key, value);
    else storage.removeItem("donfra-" + key);
  } catch {
    // storage is off: the person types again after a reload
  }
}
export function recall(key, storage = sessionStorage) {
  try {
    return storage.getItem("donfra-" + key) ?? "";
  } catch {
    return "";
  }
}
export const rememberedName = () => (typeof window === "undefined" ? "" : recall("name", localStorage));
