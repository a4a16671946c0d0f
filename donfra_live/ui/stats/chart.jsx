// What every chart has: a title, a sentence, the picture, its table, its file. The picture is the only part that
// needs the chart library; without it the rest still says everything.
import { lazy, Suspense, useId } from "react";
import { count } from "./numbers.js";
import { Swatch } from "./looks.jsx";

const Failed = () => <p className="chart-failed muted">The chart could not be loaded. The table has the same figures.</p>;
const Bars = lazy(() => import("./bars.jsx").catch(() => ({ default: Failed })));
const HEIGHT = 220;
const figure = (row, one) => (one.show ? one.show(row) : count(row[one.key]));

export function Table({ name, head, rows, columns }) {
  return (
    <div className="figures-scroll" role="region" aria-label={`Table: ${name}`} tabIndex={0}>
      <table className="figures-table">
        <caption className="unseen">{name}</caption>
        <thead><tr><th scope="col">{head}</th>{columns.map((one) => <th key={one.key} scope="col" className="number">{one.name}</th>)}</tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{row.href ? <a href={row.href}>{row.title}</a> : row.title}{row.detail && <span className="muted figures-detail">{row.detail}</span>}</th>
            {columns.map((one) => <td key={one.key} data-name={one.name} className="number">{figure(row, one)}</td>)}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Legend({ series }) {
  return <ul className="legend" aria-hidden="true">{series.map((one) => <li key={one.key}><Swatch look={one.look} />{one.name}</li>)}</ul>;
}

export const Csv = ({ href, of }) => <a className="csv" href={href} download aria-label={`CSV: ${of}`}>CSV</a>;

// pictures: one above the other, each {series: [{key, name, look, below}], ...} as bars.jsx draws it.
// columns: the table's, the series where nothing else is given.
export function Chart({ title, summary, head, rows, pictures, columns, csv, empty }) {
  const id = useId();
  const series = pictures.flatMap((one) => one.series);
  return (
    <section className="chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <p className="muted">{summary}</p>
      {!empty && (
        <>
          {series.length > 1 && <Legend series={series} />}
          {pictures.map((one, n) => (
            <div key={n} className="chart-picture" aria-hidden="true" style={{ minHeight: one.height ?? HEIGHT }}>
              <Suspense fallback={null}><Bars height={HEIGHT} told={figure} {...one} rows={rows} /></Suspense>
            </div>
          ))}
          <div className="chart-foot">
            <details className="more"><summary>Show as table</summary><Table name={title} head={head} rows={rows} columns={columns ?? series} /></details>
            <Csv href={csv} of={title} />
          </div>
        </>
      )}
    </section>
  );
}
