// A message's text with its links.
import { pieces } from "./web_links.js";

export function Linked({ text }) {
  return pieces(text).map((piece, place) =>
    piece.href ? (
      <a key={place} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">{piece.text}</a>
    ) : (
      piece.text
    ),
  );
}
