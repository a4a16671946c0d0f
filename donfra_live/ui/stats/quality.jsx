// Connection quality as a series of a chart: LiveKit's words, their looks, their share of the time.
import { KINDS, percent, secondsOf } from "./numbers.js";

const WORDS = { excellent: "Excellent", good: "Good", poor: "Poor", lost: "Lost" };
const LOOK = { excellent: "great", good: "fine-dots", poor: "poor-lines", lost: "lost-cross" };

export const QUALITY = KINDS.map((kind) => ({ key: kind, name: WORDS[kind], look: LOOK[kind] }));
export const IN_TABLE = QUALITY.map((one) => ({ ...one, name: `${one.name} (s)` }));

export const share = (row, one) => {
  const all = secondsOf(row);
  return all ? percent(row[one.key] / all) : "not reported";
};
