// The call as this browser knows it: one object, replaced at every change, and the questions to the server.
// phase: out, joining, waiting (not on air yet), in, lost (coming back), left, removed, ended.
import { useSyncExternalStore } from "react";
import { getBackendURL } from "$/utils/state";

const START = {
  phase: "out", sessionId: "", title: "", name: "", ticket: null, call: null, View: null,
  shown: false, error: "", trouble: "", deviceProblem: "", connection: "",
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
const atStart = () => START;
export const useCall = () => useSyncExternalStore(subscribe, get, atStart);

// Events of the page (onJoin, onEnd, ...) as the mounted component got them.
export const hooks = {};

const pending = new Map();
function newRequest() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
// Asks again while nothing comes back: the app's server may just be starting again.
export function ask(send) {
  const request = newRequest();
  return new Promise((resolve) => {
    const again = setInterval(() => send(request), 5000);
    pending.set(request, (answer) => {
      clearInterval(again);
      pending.delete(request);
      resolve(answer);
      // a ticket must not stay on the server, where whoever takes this page's state over would find it
      hooks.onTaken?.(request);
    });
    send(request);
  });
}
export const answered = (answer) => pending.get(answer?.request)?.(answer);

let origin;
export function api(path) {
  origin ??= import.meta.env.DEV ? getBackendURL().origin : location.origin;
  return origin + path;
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
