// A session after its end: when it ran, who was there, what was said and done; as much as the server gave.
import { lazy, Suspense, useEffect, useRef } from "react";
import "./history.css";
import { Acts } from "./acts.jsx";
import { Archive } from "./archive.jsx";
import { Bones } from "./bones.jsx";
import { Missing } from "./missing.jsx";
import { Recordings } from "./recordings.jsx";
import { Attendance } from "./people.jsx";
import { atClock, lasting, onDay, sameDay } from "./words.js";

const Figures = lazy(() => import("../../stats/component/part.jsx").catch(() => ({ default: Missing })));

function Fact({ name, children }) {
  return <div className="fact"><dt>{name}</dt><dd>{children}</dd></div>;
}

function Facts({ history }) {
  const { start, end, people, messages, sees_people, sees_chat } = history;
  if (!start) return <p className="sheet notice-text">It was ended before it was on air.</p>;
  const came = people.filter((p) => p.first_in).length;
  const seconds = (new Date(end) - new Date(start)) / 1000;
  return (
    <dl className="sheet facts" aria-label="When it was">
      <Fact name="When">{onDay(start)}<br /><span className="muted"><time dateTime={start}>{atClock(start)}</time> to <time dateTime={end}>{atClock(end)}</time>{!sameDay(start, end) && `, ${onDay(end)}`}</span></Fact>
      <Fact name="How long">{lasting(seconds)}</Fact>
      {sees_people && <Fact name="People">{came}</Fact>}
      {sees_chat && <Fact name="Messages">{messages}</Fact>}
    </dl>
  );
}

function Over() {
  return (
    <section className="sheet notice-text" aria-label="Over">
      <p>This session has ended. <a href="/live">See all sessions</a></p>
      <p className="hint">Were you in it? Open this page in the browser you were in it with, or sign in, to read its chat.</p>
    </section>
  );
}

function Problem({ sentence, again }) {
  return (
    <section className="sheet notice-text" aria-label="Problem">
      <p role="alert" className="refusal">{sentence}</p>
      <p><button type="button" className="button small" onClick={again}>Try again</button></p>
    </section>
  );
}

export default function History({ sessionId, role, history, news, figures, onLoad, onSearch, onMore, onFigures }) {
  const known = history?.session_id === sessionId;
  const load = () => onLoad?.(sessionId);
  const askedAs = useRef(null);
  // also when he has become somebody else by a host's link, or when the app was started again and knows nothing
  useEffect(() => {
    if (!sessionId || (known && askedAs.current === role)) return;
    askedAs.current = role;
    load();
  }, [sessionId, known, role]);
  if (!known) return <Bones />;
  const hasSome = history.sees_people || history.sees_chat || history.sees_acts;
  if (history.problem && !hasSome) return <Problem sentence={history.problem} again={load} />;
  if (!hasSome) return <Over />;
  return (
    <div className="history">
      <Facts history={history} />
      {(history.sees_acts || history.sees_chat) && <Recordings sessionId={sessionId} news={news} mayChange={history.sees_acts} seesChat={history.sees_chat} />}
      {history.sees_people && <Attendance sessionId={sessionId} history={history} />}
      {history.sees_people && <Suspense fallback={<Bones />}><Figures sessionId={sessionId} figures={figures} onLoad={onFigures} /></Suspense>}
      {history.sees_chat && <Archive sessionId={sessionId} history={history} onSearch={onSearch} onMore={onMore} />}
      {history.sees_acts && <Acts acts={history.acts} />}
    </div>
  );
}
