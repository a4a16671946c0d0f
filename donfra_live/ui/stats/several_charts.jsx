// Several sessions side by side, by day or by date: people, minutes, chat and hands, connections, drop-outs.
import { Chart } from "./chart.jsx";
import { count, counted, goodShare, inSeconds, minutesLong, percent, secondsOf } from "./numbers.js";
import { IN_TABLE, QUALITY, share } from "./quality.jsx";

const PEOPLE = [{ key: "joined", name: "People", look: "main" }];
const WATCHED = [{ key: "minutes_watched", name: "Minutes watched", look: "second-lines" }];
const LEFT = [{ key: "drop_outs", name: "Drop-outs", look: "out-cross" }];
const SAID = [{ key: "messages", name: "Messages", look: "main" }, { key: "hands", name: "Hands", look: "second-lines" }];
const picture = (key) => (row) => (row[key] === null ? "not reported" : inSeconds(row[key]));
const FIRST = [
  { key: "median", name: "Half within", look: "second-lines", show: picture("median") },
  { key: "p95", name: "95 % within", look: "out-cross", show: picture("p95") },
];
const MOST = { key: "peak", name: "Most at once" };

// totals: of one day or date; where: {key, label, title, href}.
export function rowOf(totals, where) {
  const { quality, first_picture: first, ...rest } = totals;
  const whole = { ...rest, ...quality, median: first.median_ms, p95: first.p95_ms };
  // what nobody reported has no bar
  return { ...whole, ...where };
}

const best = (rows, key) => rows.reduce((most, row) => (row[key] > most[key] ? row : most));

// "; most on ...: 12." where there is any.
function most(rows, key, told) {
  const top = best(rows, key);
  return top[key] ? `; most on ${top.title}: ${told(top[key])}.` : ".";
}

function connections({ quality }) {
  const good = goodShare(quality);
  if (good === null) return "No browser has reported how its connection was.";
  return `Connections were good or excellent for ${percent(good)} of the time and lost for ${percent(quality.lost / secondsOf(quality))}, as the browsers reported.`;
}

function pictures({ first_picture: { count: many, median_ms: median, p95_ms: p95 } }) {
  if (median === null) return "No browser has reported its first picture.";
  return `Half of ${counted(many, "connection", "connections")} had it within ${inSeconds(median)}, 95 % within ${inSeconds(p95)}.`;
}

// per: "day" or "date". table: columns that stand beside people.
export function SeveralCharts({ rows, totals, per, head, csv, sessions }) {
  const common = { head, rows, csv };
  const people = `${counted(totals.joined, "person", "people")} in ${sessions}${most(rows, "joined", count)}`;
  const said = `${counted(totals.messages, "message", "messages")} and ${counted(totals.hands, "raised hand", "raised hands")}.`;
  const many = per === "day" ? [{ key: "sessions", name: "Sessions" }] : [];
  return (
    <>
      <Chart {...common} title={`People per ${per}`} summary={people} columns={[...many, ...PEOPLE, MOST]} pictures={[{ series: PEOPLE }]} />
      <Chart {...common} title={`Minutes watched per ${per}`} summary={`${minutesLong(totals.minutes_watched)} all together${most(rows, "minutes_watched", minutesLong)}`}
        pictures={[{ series: WATCHED }]} />
      <Chart {...common} title={`Chat and hands per ${per}`} summary={said} empty={!totals.messages && !totals.hands} pictures={[{ series: SAID }]} />
      <Chart {...common} title={`Drop-outs per ${per}`} summary={totals.drop_outs ? `${counted(totals.drop_outs, "person", "people")} left early${most(rows, "drop_outs", count)}` : "Nobody left early."}
        empty={!totals.drop_outs} columns={[...LEFT, ...PEOPLE]} pictures={[{ series: LEFT }]} />
      <Chart {...common} title={`Connection quality per ${per}`} summary={connections(totals)} empty={!secondsOf(totals.quality)}
        columns={IN_TABLE} pictures={[{ series: QUALITY, shares: true, told: share }]} />
      <Chart {...common} title={`Time to first picture per ${per}`} summary={pictures(totals)} empty={totals.first_picture.median_ms === null}
        pictures={[{ series: FIRST, time: true }]} />
    </>
  );
}

