// The figures on the page of a session that is over.
import "./figures.css";
import { Answer, useFigures } from "./asking.jsx";
import { Patterns } from "./looks.jsx";
import { SessionCharts } from "./session_charts.jsx";
import { Tiles } from "./tiles.jsx";

export default function Part({ sessionId, figures, onLoad }) {
  const load = () => onLoad?.(sessionId);
  const known = useFigures(figures, sessionId, load);
  return (
    <section className="sheet part figures" aria-label="Figures">
      <h2>Figures</h2>
      <Answer figures={known} again={load}>
        {(stats) => <><Patterns /><Tiles totals={stats.totals} />{stats.start && <SessionCharts stats={stats} />}</>}
      </Answer>
    </section>
  );
}
