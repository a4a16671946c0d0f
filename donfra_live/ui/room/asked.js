// Whether a dialog is wanted. Counted, not yes or no: the browser says a moment late that a dialog was closed, and by
// then it may be wanted again. `times` is the dialog's key; 0: not wanted.
import { useState } from "react";

export function useAsked() {
  const [times, setTimes] = useState(0);
  return { times, ask: () => setTimes((n) => n + 1), done: () => setTimes(0) };
}
