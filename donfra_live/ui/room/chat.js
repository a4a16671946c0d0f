// The chat's messages: only what the server stored, from its packets and, after every (re)connect, its history.
import { useCallback, useEffect, useRef, useState } from "react";
import { act } from "./act.js";
import { hear, post, randomId, send } from "./store.js";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const address = (sessionId, rest = "") => `/api/live/${sessionId}/messages${rest}`;

function merge(known, fresh) {
  const all = new Map([...known, ...fresh].filter((m) => Number.isInteger(m?.number)).map((m) => [m.number, m]));
  return [...all.values()].sort((a, b) => a.number - b.number);
}

async function history(sessionId, after) {
  for (let pause = 500; pause < 10_000; pause *= 2) {
    try {
      const response = await send("GET", address(sessionId, `?after=${after}`));
      if (response.ok) return (await response.json()).messages;
      if (response.status < 500 && response.status !== 429) return [];
    } catch {
      // the app's server may be starting again
    }
    await sleep(pause);
  }
  return [];
}

// The same client_id makes it one message, however often it has to be sent.
async function write(sessionId, text) {
  const clientId = randomId(16);
  for (let pause = 500; ; pause *= 2) {
    let answer = null;
    try {
      const response = await post(address(sessionId), { text, client_id: clientId });
      answer = await response.json().catch(() => ({}));
      if (response.ok) return { message: answer };
      if (response.status < 500) return { error: typeof answer.detail === "string" ? answer.detail : "This could not be sent." };
    } catch {
      // sent again below
    }
    if (pause > 8000) return { error: "This could not be sent. Check your connection and try again." };
    await sleep(pause);
  }
}

export function useMessages(room, state, open) {
  const [messages, setMessages] = useState([]);
  const [seen, setSeen] = useState(0);
  const [latest, setLatest] = useState("");
  const newest = useRef(0);
  const sessionId = state.sessionId;
  const me = state.ticket?.memberId;
  const last = messages.at(-1)?.number ?? 0;
  newest.current = last;

  useEffect(() => {
    if (state.phase !== "in") return undefined;
    let over = false;
    const catchUp = async () => {
      const first = newest.current === 0;
      // some back, for what was removed meanwhile
      const fresh = await history(sessionId, Math.max(0, newest.current - 50));
      if (over) return;
      // what was written before one came is there to read, but not news
      if (first) setSeen((now) => Math.max(now, fresh.at(-1)?.number ?? 0));
      setMessages((known) => merge(known, fresh));
    };
    const stop = hear(room, "chat", (message) => {
      setMessages((known) => merge(known, [message]));
      if (message.member_id !== me && !message.deleted) setLatest(`${message.author_name}: ${message.text}`);
      if (message.number > newest.current + 1) void catchUp();
    });
    room.on("reconnected", catchUp);
    void catchUp();
    return () => { over = true; stop(); room.off("reconnected", catchUp); };
  }, [room, sessionId, state.phase, me]);
  useEffect(() => { if (open) setSeen(last); }, [open, last]);

  const say = useCallback(async (text) => {
    const { message, error } = await write(sessionId, text);
    if (message) setMessages((known) => merge(known, [message]));
    return error ?? "";
  }, [sessionId]);
  const remove = useCallback(async (message) => {
    const { ok, answer } = await act("DELETE", sessionId, `/messages/${message.message_id}`);
    if (ok) setMessages((known) => merge(known, [answer]));
  }, [sessionId]);
  const unread = open ? 0 : messages.filter((m) => m.number > seen && m.member_id !== me).length;
  return { messages, unread, latest: open ? "" : latest, send: say, remove };
}
