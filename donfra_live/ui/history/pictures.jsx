// Small pictures of a recording, spread over its length, by which one jumps.
import { useState } from "react";
import { clock } from "../../room/component/clock.js";

const COUNT = 12;
const NUMBERS = Array.from({ length: COUNT }, (_, n) => n + 1);

export function Pictures({ own, seconds, now, onJump }) {
  const [missing, setMissing] = useState([]);
  const middleOf = (number) => (seconds * (number - 0.5)) / COUNT;
  const shown = NUMBERS.filter((number) => !missing.includes(number));
  const current = shown.findLast((number) => middleOf(number) <= now + 0.05);
  if (!shown.length) return null;
  return (
    <ol className="pictures" aria-label="Pictures">
      {shown.map((number) => (
        <li key={number}>
          <button type="button" aria-label={`Jump to ${clock(middleOf(number))}`} aria-current={number === current ? "true" : undefined} onClick={() => onJump(middleOf(number))}>
            <img src={`${own}/pictures/${number}`} alt="" width="160" height="90" loading="lazy" onError={() => setMissing((before) => [...before, number])} />
            <span aria-hidden="true">{clock(middleOf(number))}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
