// The doors to the figures: each page's parts are fetched when it is shown, and only by a browser: what they
// show depends on the address and the zone.
import { lazy, Suspense, useEffect, useState } from "react";
import "./figures.css";
import { Bones } from "../../history/component/bones.jsx";
import { Missing } from "../../history/component/missing.jsx";

function door(title, load) {
  const Page = lazy(() => load().catch(() => ({ default: Missing })));
  const waiting = <div className="figures"><h1>{title}</h1><Bones /></div>;
  return function Door(props) {
    const [open, setOpen] = useState(false);
    useEffect(() => setOpen(true), []);
    return open ? <Suspense fallback={waiting}><Page {...props} /></Suspense> : waiting;
  };
}

export const Period = door("Dashboard", () => import("./period.jsx"));
export const SessionFigures = door("Figures of a session", () => import("./session_page.jsx"));
export const SeriesFigures = door("Figures of a series", () => import("./series_page.jsx"));
