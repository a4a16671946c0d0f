// The chat as it was: with times, a search, files. A link is a link, everything else is text.
import { useEffect, useState } from "react";
import { Files } from "./files.jsx";
import { atClock, onDay, sameDay } from "./words.js";

const Piece = ({ piece }) => (piece.href
  ? <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">{piece.text}</a>
  : piece.text);

function Line({ line }) {
  if (line.deleted) return <li className="line muted"><time dateTime={line.at}>{atClock(line.at)}</time><p>A message was removed</p></li>;
  return (
    <li className="line">
      <time dateTime={line.at} className="muted">{atClock(line.at)}</time>
      <p><strong>{line.author}</strong> <span className="line-text">{line.pieces.map((piece, n) => <Piece key={n} piece={piece} />)}</span></p>
    </li>
  );
}

function Search({ words, onSearch }) {
  const [text, setText] = useState(words);
  useEffect(() => setText(words), [words]);
  const look = (given) => { setText(given); onSearch(given); };
  return (
    <form className="form inline" role="search" onSubmit={(e) => { e.preventDefault(); look(text.trim()); }}>
      <div className="field">
        <label htmlFor="chat-words">Search in messages and names</label>
        <input id="chat-words" type="search" className="input" value={text} maxLength={200} autoComplete="off"
          onChange={(e) => setText(e.target.value)} />
      </div>
      <div className="row">
        <button type="submit" className="button">Search</button>
        {words && <button type="button" className="button" onClick={() => look("")}>Show all</button>}
      </div>
    </form>
  );
}

function Lines({ lines }) {
  return (
    <ol className="lines" aria-label="Messages">
      {lines.map((line, n) => [
        n > 0 && !sameDay(lines[n - 1].at, line.at) && <li key={`day ${line.number}`} className="line-day muted">{onDay(line.at)}</li>,
        <Line key={line.number} line={line} />,
      ])}
    </ol>
  );
}

export function Archive({ sessionId, history, onSearch, onMore }) {
  const { words, messages, found, lines, problem } = history;
  const older = found - lines.length;
  return (
    <section className="sheet part" aria-label="Chat">
      <div className="part-head">
        <h2>Chat</h2>
        {messages > 0 && <Files of={`live/${sessionId}`} what="messages" name="the chat" formats={[["txt", "Text"], ["csv", "CSV"], ["json", "JSON"]]} />}
      </div>
      {messages > 0 && <Search words={words} onSearch={(given) => onSearch?.(sessionId, given)} />}
      <div role="alert">{problem && <p className="refusal">{problem}</p>}</div>
      <p role="status" className={words ? "muted" : "unseen"}>{words ? `${found} of ${messages} messages with “${words}”` : ""}</p>
      {messages === 0 && <p className="empty">Nothing was written.</p>}
      {messages > 0 && found === 0 && <p className="empty">No message has all of these words. Try fewer.</p>}
      {older > 0 && <p><button type="button" className="button small" onClick={() => onMore?.(sessionId)}>Show {Math.min(older, 200)} older</button></p>}
      {lines.length > 0 && <Lines lines={lines} />}
    </section>
  );
}
