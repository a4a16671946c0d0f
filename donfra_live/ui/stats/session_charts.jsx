// One session over its time: people, chat and hands, connections.
import { Chart } from "./chart.jsx";
import { atClock, atSecond, count, counted, file, goodShare, percent, secondsOf, zone } from "./numbers.js";
import { IN_TABLE, QUALITY, share } from "./quality.jsx";

const PRESENT = [{ key: "present", name: "People", look: "main" }];
const MOVES = [{ key: "joined", name: "Came", look: "second-lines" }, { key: "left", name: "Left", look: "out-cross", below: true }];
const WORDS_SAID = [{ key: "messages", name: "Messages", look: "main" }, { key: "hands", name: "Hands", look: "second-lines" }];

function rowsOf({ points, bucket_seconds: bucket }) {
  const at = bucket < 60 ? atSecond : atClock;
  return points.map(({ quality, ...point }) => {
    const until = new Date(new Date(point.at).getTime() + bucket * 1000);
    return { ...point, ...quality, key: point.at, label: at(point.at), title: `${at(point.at)} to ${at(until)}` };
  });
}

function peopleIn({ totals, peak_at: peakAt, end }) {
  if (!totals.joined) return end ? "Nobody came in." : "Nobody has come in yet.";
  return `${counted(totals.joined, "person", "people")} came in, ${count(totals.peak)} at one time at most${peakAt ? `, at ${atClock(peakAt)}` : ""}.`;
}

function wordsIn({ totals }) {
  if (!totals.messages && !totals.hands) return "Nothing was written and no hand was raised.";
  return `${counted(totals.messages, "message", "messages")} and ${counted(totals.hands, "raised hand", "raised hands")}.`;
}

function connectionsIn({ totals }) {
  const good = goodShare(totals.quality);
  if (good === null) return "No browser has reported how its connection was.";
  const lost = totals.quality.lost / secondsOf(totals.quality);
  return `Connections were good or excellent for ${percent(good)} of the time and lost for ${percent(lost)}, as the browsers reported.`;
}

export function SessionCharts({ stats }) {
  const rows = rowsOf(stats), { totals } = stats;
  const csv = file(`live/${stats.session_id}/stats`, { timezone: zone });
  const common = { head: "Time", rows, csv };
  return (
    <div className="charts">
      <Chart {...common} title="People over time" summary={peopleIn(stats)} empty={!totals.joined}
        pictures={[{ series: PRESENT }, { series: MOVES, below: true, height: 110 }]} />
      <Chart {...common} title="Chat and hands over time" summary={wordsIn(stats)} empty={!totals.messages && !totals.hands}
        pictures={[{ series: WORDS_SAID, height: 160 }]} />
      <Chart {...common} title="Connection quality over time" summary={connectionsIn(stats)} empty={!secondsOf(totals.quality)}
        columns={IN_TABLE} pictures={[{ series: QUALITY, shares: true, told: share, height: 160 }]} />
    </div>
  );
}
