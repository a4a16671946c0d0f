// The chat's messages: only what the server stored, from its packets and, after every (re)connect, its history.
import { useCallback, useEffect, useRef, useState } from "react";
import { act } from "./act.js";
import { history, merge, write } from "./messages.js";
import { hear } from "./store.js";

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
    const { ok, answer, sentence } = await act("DELETE", sessionId, `/messages/${message.message_id}`);
    if (ok) setMessages((known) => merge(known, [answer]));
    return ok ? "" : sentence;
  }, [sessionId]);
  const unread = open ? 0 : messages.filter((m) => m.number > seen && m.member_id !== me).length;
  return { messages, unread, latest: open ? "" : latest, send: say, remove };
}
