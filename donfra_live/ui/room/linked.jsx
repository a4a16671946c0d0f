// A message's text with its http links; nothing else in it means anything. The archive's rule: chat/rules.py.
const LINK = /https?:\/\/[^\s<>"'`\\^{|}\x00-\x1f]+/gi;
const AFTER_LINK = ".,:;!?…»”’";
const PAIRS = { ")": "(", "]": "[" };

const times = (text, sign) => text.split(sign).length - 1;

// A full stop or a bracket after a link is the sentence's.
function withoutTail(link) {
  const last = link.at(-1);
  const extra = AFTER_LINK.includes(last) || (PAIRS[last] && times(link, last) > times(link, PAIRS[last]));
  return extra ? withoutTail(link.slice(0, -1)) : link;
}

// It names a host, and none that hides behind a name before it (https://bank.example@evil.example).
function leadsSomewhere(link) {
  try {
    const { hostname, username, password } = new URL(link);
    return Boolean(hostname) && !username && !password && !/^\w+:\/\/[^/?#]*@/.test(link);
  } catch {
    return false;
  }
}

export function Linked({ text }) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = withoutTail(match[0]);
    if (!leadsSomewhere(link)) continue;
    found.push(text.slice(end, match.index), <a key={match.index} href={link} target="_blank" rel="noopener noreferrer nofollow">{link}</a>);
    end = match.index + link.length;
  }
  return [...found, text.slice(end)];
}
