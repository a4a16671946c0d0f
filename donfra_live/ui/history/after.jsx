// The door to the history: its parts are fetched when a session that is over is shown.
import { lazy, Suspense } from "react";
import { Bones } from "./bones.jsx";
import { Missing } from "./missing.jsx";

const History = lazy(() => import("./history.jsx").catch(() => ({ default: Missing })));

export function After(props) {
  return <Suspense fallback={<Bones />}><History {...props} /></Suspense>;
}
