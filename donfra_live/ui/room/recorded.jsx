// That the session is being recorded, said to everybody before he is in it.
export function Recorded({ card }) {
  if (!card.recording || card.status !== "live") return null;
  return <div role="note"><p className="recorded">{card.ask_consent ? "This session is being recorded. You are asked whether you may be seen and heard in it." : "This session is being recorded. Join only if that is fine with you."}</p></div>;
}
