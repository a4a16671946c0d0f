// Where a message's text has http links; nothing else in it means anything.
// As in chat/rules.py, sign by sign: no parser of addresses is asked, since no two of them agree.
const SIGN = /[^\s<>"'`\\^{|}\x00-\x20\x7f-\x9f\ufeff]/.source;
const HOST = /(?:\[[0-9A-Fa-f:.]+\]|(?:[0-9A-Za-z._-]|[^\x00-\x9f\s\ufeff])+)/.source;
const PORT = /(?::[0-9]{1,5}(?![0-9]))?/.source;
// A name before the host hides where it leads (https://bank.example@evil.example), so such a one is none.
const NO_NAME = `(?!(?:(?![/?#])${SIGN})*@)`;
const LINK = `[Hh][Tt][Tt][Pp][Ss]?://${NO_NAME}${HOST}${PORT}(?:[/?#]${SIGN}*)?`;
const ANY = new RegExp(LINK, "g");
const WHOLE = new RegExp(`^${LINK}$`);
const AFTER_LINK = ".,:;!?…»”’";
const PAIRS = { ")": "(", "]": "[" };

const times = (text, sign) => text.split(sign).length - 1;

// A full stop or a bracket after a link is the sentence's.
function withoutTail(link) {
  const last = link.at(-1);
  const extra = AFTER_LINK.includes(last) || (PAIRS[last] && times(link, last) > times(link, PAIRS[last]));
  return extra ? withoutTail(link.slice(0, -1)) : link;
}

// The text in pieces; href: "" unless one is a link.
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(ANY)) {
    const link = withoutTail(match[0]);
    if (!WHOLE.test(link)) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index), href: "" });
    found.push({ text: link, href: link });
    end = match.index + link.length;
  }
  return end < text.length ? [...found, { text: text.slice(end), href: "" }] : found;
}
