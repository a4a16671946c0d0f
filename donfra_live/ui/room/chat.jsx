// The chat's panel.
import { useEffect, useRef, useState } from "react";
import { useParticipantAttribute } from "@livekit/components-react";
import { CloseIcon, SendIcon } from "./icons.jsx";
import { Linked } from "./linked.jsx";
import { Sure } from "./sure.jsx";

const NEAR = 40; // pixels
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function PanelHead({ title, count, onClose }) {
  return (
    <div className="panel-head">
      <h2>{title}{count > 0 && ` (${count})`}</h2>
      <button type="button" className="room-button small bare" aria-label={`Close ${title.toLowerCase()}`} onClick={onClose}><CloseIcon /></button>
    </div>
  );
}

function Message({ message, mine, onDelete }) {
  if (message.deleted) return <li className="message faint">A message was removed</li>;
  return (
    <li className={mine ? "message mine" : "message"}>
      <p className="message-head"><strong>{mine ? "You" : message.author_name}</strong> <time dateTime={message.sent_at}>{clock.format(new Date(message.sent_at))}</time></p>
      <p className="message-text"><Linked text={message.text} /></p>
      {onDelete && <Sure word="Remove" label={`Remove this message of ${mine ? "yours" : message.author_name}`} bare="message-delete" question="Nobody can read it any more." does={() => onDelete(message)}>Remove message</Sure>}
    </li>
  );
}

// Why somebody cannot write now; the server says the same.
function closed(card, rights, onStage) {
  if (card.chat === "off") return "The chat is switched off.";
  return card.chat === "speakers" && !onStage && !rights.can("speak_in_chat") ? "Only speakers may write right now." : "";
}

export function Chat({ chat, card, rights, room, me, onClose }) {
  const onStage = useParticipantAttribute("stage", { participant: room.localParticipant });
  const why = closed(card, rights, onStage);
  const [text, setText] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const list = useRef(null);
  const field = useRef(null);
  const atEnd = useRef(true); // who reads further up keeps his place
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const box = list.current;
    if (atEnd.current || chat.messages.at(-1)?.member_id === me) box.scrollTop = box.scrollHeight;
  }, [chat.messages.length]);
  const follow = ({ currentTarget: box }) => { atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR; };

  const remove = async (message) => setError(await chat.remove(message));
  async function submit(event) {
    event.preventDefault();
    const given = text.trim();
    if (!given || busy) return;
    setBusy(true);
    const refused = await chat.send(given);
    setBusy(false);
    setError(refused);
    if (!refused) setText((now) => (now.trim() === given ? "" : now));
    field.current?.focus();
  }
  return (
    <aside className="panel-side" aria-label="Chat of the session" onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <PanelHead title="Chat" onClose={onClose} />
      <div ref={list} className="messages" role="log" aria-label="Messages" tabIndex={0} onScroll={follow}>
        {chat.messages.length === 0 && <p className="faint message-none">Nothing written yet. Say hello.</p>}
        <ol>{chat.messages.map((m) => <Message key={m.number} message={m} mine={m.member_id === me} onDelete={m.member_id === me || rights.can("delete_message") ? remove : null} />)}</ol>
      </div>
      <div role="alert">{error && <p className="room-refusal">{error}</p>}</div>
      {why ? <p className="faint chat-closed" role="status">{why}</p> : <form className="chat-form" onSubmit={submit}>
        <label htmlFor="chat-message" className="unseen">Message</label>
        <input ref={field} id="chat-message" className="room-input" value={text} maxLength={2000} autoComplete="off" placeholder="Write a message" onChange={(e) => setText(e.target.value)} />
        <button type="submit" className="room-button accent" aria-label="Send" aria-busy={busy}><SendIcon /></button>
      </form>}
    </aside>
  );
}
