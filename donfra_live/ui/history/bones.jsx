// What stands there until the history is known.
export function Bones() {
  return (
    <div role="status" aria-label="Loading the history" className="sheet">
      <div className="bone" /><div className="bone" /><div className="bone" />
    </div>
  );
}
