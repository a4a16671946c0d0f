// Acts on people and on the session, asked for over REST: the server checks each one by the browser's key.
import { api, send } from "./store.js";

const AWAY = "The server does not answer. Try again in a moment.";

// {ok: true, answer} or {ok: false, sentence}; away: what is said when there is no answer that says it better.
export const ask = (method, path, body, away) => heard(() => send(method, path, body), away);

// A file as it is, of this kind.
export const upload = (path, kind, file, away) =>
  heard(() => fetch(api(path), { method: "PUT", credentials: "include", headers: { "Content-Type": kind }, body: file }), away);

// What fetch has sent, as such an answer.
export async function heard(sent, away = AWAY) {
  try {
    const response = await sent();
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return { ok: true, answer };
    return { ok: false, sentence: typeof answer.detail === "string" ? answer.detail : away };
  } catch {
    return { ok: false, sentence: away };
  }
}

export const act = (method, sessionId, path, body) => ask(method, `/api/live/${sessionId}${path}`, body);

// For a question that is asked again and again: its answer, or null to a refusal and to one that a later one overtook.
export function inTurn() {
  let asked = 0, answered = 0;
  return async (question) => {
    const turn = ++asked;
    const { ok, answer } = await question();
    if (!ok || turn < answered) return null;
    answered = turn;
    return answer;
  };
}
