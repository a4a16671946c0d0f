// Acts on people and on the session, asked for over REST: the server checks each one by the browser's key.
import { send } from "./store.js";

const AWAY = "The server does not answer. Try again in a moment.";

// {ok: true, answer} or {ok: false, sentence}; away: what is said when there is no answer that says it better.
export async function ask(method, path, body, away = AWAY) {
  try {
    const response = await send(method, path, body);
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return { ok: true, answer };
    return { ok: false, sentence: typeof answer.detail === "string" ? answer.detail : away };
  } catch {
    return { ok: false, sentence: away };
  }
}

export const act = (method, sessionId, path, body) => ask(method, `/api/live/${sessionId}${path}`, body);
