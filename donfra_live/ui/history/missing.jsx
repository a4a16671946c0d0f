// In place of a part that could not be fetched.
export function Missing() {
  return (
    <section className="sheet notice-text" aria-label="Problem">
      <p role="alert" className="refusal">A part of this page could not be loaded. Check your connection.</p>
      <p><button type="button" className="button small" onClick={() => location.reload()}>Load again</button></p>
    </section>
  );
}
