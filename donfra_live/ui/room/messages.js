// The chat's messages as the server has them: read, all of them, and written. No React in here.
import { post, randomId, send } from "./store.js";

// So many the server gives at once (chat/repository.py).
const PAGE = 500;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const address = (sessionId, rest = "") => `/api/live/${sessionId}/messages${rest}`;

export function merge(known, fresh) {
  const all = new Map([...known, ...fresh].filter((m) => Number.isInteger(m?.number)).map((m) => [m.number, m]));
  return [...all.values()].sort((a, b) => a.number - b.number);
}

async function page(sessionId, after) {
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

export async function history(sessionId, after) {
  const all = [];
  for (let from = after; ; from = all.at(-1).number) {
    const found = await page(sessionId, from);
    all.push(...found);
    if (found.length < PAGE) return all;
  }
}

// The same client_id makes it one message, however often it has to be sent.
export async function write(sessionId, text) {
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
