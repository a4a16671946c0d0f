// Links to the files of a part; the browser downloads them with its own cookie.
import { file } from "./words.js";

export function Files({ of, what, name: label, shown = "Download", formats }) {
  return (
    <div className="files" role="group" aria-label={`Download ${label}`}>
      <span className="muted" aria-hidden="true">{shown}</span>
      {formats.map(([format, name]) => (
        <a key={format} className="button small" href={file(of, what, format)} download aria-label={`Download as ${name}`}>{name}</a>
      ))}
    </div>
  );
}
