// The lines of a session's log in words: who, what he did, to whom (where the * is), and more about it.
const SAID = {
  "raise hand": "raised a hand", "lower hand": "lowered the hand", "on stage": "brought * on stage", "off stage": "took * off the stage",
  "lower hands": "lowered the hand of *", remove: "removed *", "lift ban": "let * come back", mute: "muted *", "mute all": "muted everybody",
  "mute and hold": "muted * until allowed again", "mute and hold all": "muted everybody until allowed again", allow: "gave back to *",
  role: "changed the role of *", host: "made * host", admit: "let * in", deny: "did not let * in", "admit all": "let everybody in",
  settings: "changed the settings", plan: "changed the plan", cancel: "called the session off", invite: "made an invite", "revoke invite": "revoked an invite", "delete message": "removed a message of *",
  observe: "watched unseen", record: "began to record", "pause recording": "paused the recording", "resume recording": "went on recording",
  "stop recording": "stopped the recording", "delete recording": "deleted the recording", "watch recording": "watched the recording",
  "download recording": "downloaded the recording", "give recording": "let everybody who was there watch the recording",
  "agree to recording": "agreed to be recorded", "refuse recording": "did not agree to be recorded", "make link": "made a link to the recording", "end link": "revoked a link to the recording", "watch by link": "watched the recording",
  "take recording back": "kept the recording to hosts", export: "downloaded everything",
};
// Done by oneself, or by the clock; and done to nobody in particular.
const OWN = { "off stage": "left the stage", "took over as host": "took over as host" };
const ALL = { "lower hands": "lowered all hands" };
const DETAILS = [["lobby True", "lobby on"], ["lobby False", "lobby off"], [/slow_mode_seconds 0\b/, "no slow mode"],
  [/slow_mode_seconds (\d+)/, "slow mode: $1 seconds"], ["ask_consent True", "asks for consent"], ["ask_consent False", "asks for no consent"],
  [/keep_days (\d+)/, "kept $1 days"], ["keep_days None", "kept as usual"],
  ["starts_at", "start"], ["duration_minutes", "length"], ["starts_itself", "start by itself"],
  [/co_host/g, "co-host"], ["screen_share", "screen"]];

export function said(who, act, target, detail) {
  const more = DETAILS.reduce((text, [from, to]) => text.replace(from, to), detail ?? "");
  if (OWN[act] && (!who || who === target)) return { who: who || target, does: OWN[act], whom: "", then: "", more };
  const words = (target ? "" : ALL[act]) || SAID[act] || act;
  const [does, then = ""] = (target && !words.includes("*") ? `${words} *` : words).split("*");
  return { who, does, whom: target, then, more };
}
