// What all pages with figures do until there are any: ask once, wait, say what went wrong.
import { useEffect, useRef } from "react";
import { Bones } from "../../history/component/bones.jsx";

// asked: what the state's answer must be to. Asks once on every page, also where the tab's last one is still
// known, and again when the app was started anew and knows nothing.
export function useFigures(figures, asked, load) {
  const known = Boolean(asked) && figures?.asked === asked;
  const askedHere = useRef("");
  useEffect(() => {
    if (!asked || (known && askedHere.current === asked)) return;
    askedHere.current = asked;
    load();
  }, [asked, known]);
  return known ? figures : null;
}

// leads: to a page where one can go on, for who cannot help it.
export function Problem({ figures, again, leads }) {
  const back = encodeURIComponent(location.pathname + location.search);
  const { sign_in_helps: signIn, again_helps: againHelps } = figures;
  return (
    <section className="sheet notice-text" aria-label="Problem">
      <p role="alert" className="refusal">{figures.problem}</p>
      {(signIn || againHelps || leads) && (
        <p className="row">
          {signIn && <a className="button small primary" href={`/sign-in?next=${back}`}>Sign in</a>}
          {againHelps && <button type="button" className="button small" onClick={again}>Try again</button>}
          {!againHelps && leads}
        </p>
      )}
    </section>
  );
}

export const TO_DASHBOARD = <a className="button small" href="/dashboard">Back to the dashboard</a>;

// children: of what was found.
export function Answer({ figures, again, leads, children }) {
  if (!figures) return <Bones />;
  if (figures.problem) return <Problem figures={figures} again={again} leads={leads} />;
  return children(figures.found);
}

export const idInAddress = () => location.pathname.replace(/\/+$/, "").split("/").pop().toLowerCase();
