// Bars over time, drawn by recharts. Nobody else imports that library: it comes with this file, when it is wanted.
import { Bar, BarChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { fillOf, Swatch } from "./looks.jsx";

const TICK = { fill: "var(--muted)", fontSize: 12 };
const MANY = 40;
const brief = new Intl.NumberFormat("en", { notation: "compact" });

// Whole numbers at even distances, the last of them not below the highest bar.
function ticksUpTo(most) {
  const rough = Math.max(1, most / 4), size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, n) => n * step);
}

const most = (rows, series) => Math.max(0, ...series.flatMap((one) => rows.map((row) => row[one.key] ?? 0)));

// time: milliseconds, shown in seconds.
function axisOf(rows, series, { shares, below, time }) {
  if (shares) return { domain: [0, 1], ticks: [0, 0.5, 1], tickFormatter: (v) => `${v * 100}\u00a0%`, width: 52 };
  const up = most(rows, series.filter((one) => !one.below)), down = most(rows, series.filter((one) => one.below));
  // a number beside the few that left only where there is room for it
  const ticks = below ? [...(down > up / 4 ? [-down] : []), 0, ...(up > down / 4 ? [up] : [])] : ticksUpTo(up);
  if (time) return { domain: [0, Math.max(1, ...ticks)], ticks, tickFormatter: (v) => `${v / 1000}\u00a0s`, width: 48 };
  return { domain: [below ? -down : 0, Math.max(1, up, ...ticks)], ticks, tickFormatter: (v) => brief.format(Math.abs(v)), width: 40 };
}

function Hint({ active, payload, series, told }) {
  const row = active && payload?.[0]?.payload;
  if (!row) return null;
  return (
    <div className="chart-hint">
      <strong>{row.title}</strong>
      {series.map((one) => <span key={one.key}><Swatch look={one.look} />{one.name}<b>{told(row, one)}</b></span>)}
    </div>
  );
}

// One kind of edge for few bars, none between many, which then read as one shape.
const spread = (rows) => ({ barCategoryGap: rows.length > MANY ? 0 : "18%", barGap: 1 });

export default function Bars({ rows, series, stacked, shares, below, time, told, height = 220 }) {
  // between many bars the browser's rounding would leave lines
  const closed = rows.length > MANY && (stacked || shares || series.length === 1);
  const offset = shares ? "expand" : below ? "sign" : "none";
  return (
    <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 300, height }}>
      <BarChart data={rows} accessibilityLayer={false} stackOffset={offset} {...spread(rows)} margin={{ top: 8, right: 4, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="label" tick={TICK} tickLine={false} axisLine={{ stroke: "var(--line)" }} interval="preserveStartEnd" minTickGap={28} />
        <YAxis tick={TICK} tickLine={false} axisLine={false} interval={0} {...axisOf(rows, series, { shares, below, time })} />
        <Tooltip isAnimationActive={false} cursor={{ fill: "var(--figure-cursor)" }} content={<Hint series={series} told={told} />} />
        {below && <ReferenceLine y={0} stroke="var(--line-strong)" />}
        {series.map((one) => (
          <Bar key={one.key} dataKey={(row) => (one.below ? -row[one.key] : row[one.key])} fill={fillOf(one.look)}
            stroke={closed ? fillOf(one.look) : undefined} stackId={stacked || shares || below ? "all" : undefined} maxBarSize={44} isAnimationActive={false} />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
