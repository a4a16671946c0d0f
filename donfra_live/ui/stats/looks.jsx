// How a series of a chart is filled: by tone and by pattern, so that colour is never the only sign.

const PATTERNS = {
  plain: null,
  soft: null,
  lines: "M-2 2 l4 -4 M0 8 l8 -8 M6 10 l4 -4",
  cross: "M0 0 l8 8 M0 8 l8 -8",
  dots: "M4 4 h0.01",
};
const drawn = (look) => PATTERNS[look.split("-")[1] ?? "plain"];
const tone = (look) => `var(--figure-${look.split("-")[0]})`;

const LOOKS = ["main", "second-lines", "out-cross", "great", "fine-dots", "poor-lines", "lost-cross"];
export const fillOf = (look) => (drawn(look) ? `url(#figure-${look})` : tone(look));

// Once on a page; the charts and their legends point to them.
export function Patterns() {
  return (
    <svg className="unseen" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {LOOKS.filter(drawn).map((look) => (
          <pattern key={look} id={`figure-${look}`} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" fill={tone(look)} />
            <path d={drawn(look)} stroke="var(--figure-pattern)" strokeWidth={look.endsWith("dots") ? 3 : 1.8} strokeLinecap="round" fill="none" />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export function Swatch({ look }) {
  return <svg className="swatch" width="14" height="14" aria-hidden="true" focusable="false"><rect width="14" height="14" rx="3" fill={fillOf(look)} /></svg>;
}
