// A planned session on its page: when it is, how long until then, what one can do about it.
import { useEffect, useState } from "react";
import { useAsked } from "./asked.js";
import { CopyButton } from "./copy_button.jsx";
import { api, send } from "./store.js";
import { Countdown, When, sinceWhen } from "./when.jsx";

const loadEdit = () => import("./edit_plan.jsx");

function HostActs({ card, asks }) {
  const [Dialog, setDialog] = useState(null);
  const { times, ask, done } = useAsked();
  const show = (name) => void loadEdit().then((m) => { setDialog(() => m[name]); ask(); });
  return (
    <>
      <button type="button" className="button" onClick={() => show("EditPlan")}>Edit</button>
      <button type="button" className="button danger" onClick={() => show("CancelPlan")}>Cancel session</button>
      {times > 0 && <Dialog key={times} card={card} asks={asks} onClose={done} />}
    </>
  );
}

// For people with an account, where e-mail is sent; hosts are reminded anyway.
function RemindMe({ id }) {
  const [wanted, setWanted] = useState(null);
  const ask = async (method) => {
    const response = await send(method, `/api/live/${id}/reminder`).catch(() => null);
    if (response?.ok) setWanted((await response.json()).wanted);
  };
  useEffect(() => void ask("GET"), [id]);
  if (wanted === null) return null;
  return (
    <button type="button" className="button" aria-pressed={wanted} onClick={() => void ask(wanted ? "DELETE" : "PUT")}>
      {wanted ? "You are reminded" : "Remind me"}
    </button>
  );
}

export function Plan({ card, role, asks }) {
  if (!card.starts_at || !["scheduled", "open", "cancelled"].includes(card.status)) {
    return card.description && card.status === "live" ? <p className="about">{card.description}</p> : null;
  }
  const cancelled = card.status === "cancelled", host = role === "host";
  return (
    <section className={cancelled ? "sheet plan is-cancelled" : "sheet plan"} aria-label="Date">
      {cancelled && <p className="plan-cancelled" role="status">This session was cancelled. Its host has called it off.</p>}
      <When start={card.starts_at} end={card.ends_at} zone={card.time_zone} />
      {!cancelled && <Countdown start={card.starts_at} />}
      {card.description && <p className="about">{card.description}</p>}
      {!cancelled && (
        <div className="acts">
          <a className="button" href={api(`/api/live/${card.id}/calendar.ics`)} download>Add to calendar</a>
          <CopyButton path={`/live/${card.id}`} label="Copy link" />
          {!host && <RemindMe id={card.id} />}
          {host && <HostActs card={card} asks={asks} />}
        </div>
      )}
      {card.series_id && (
        <div className="plan-series">
          {cancelled
            ? <p className="muted">It is one date of a series, whose page shows the next one if there is one.</p>
            : <p className="muted">It repeats. <a href={`/series/${card.series_id}`}>The link of the series</a> leads to the current or next date.</p>}
          <div className="acts">
            {cancelled && <a className="button small" href={`/series/${card.series_id}`}>Go to the next date</a>}
            {!cancelled && <a className="button small" href={api(`/api/series/${card.series_id}/calendar.ics`)} download>All dates to calendar</a>}
            <CopyButton path={`/series/${card.series_id}`} label="Copy series link" size="small" />
          </div>
        </div>
      )}
      {card.status === "scheduled" && <p className="hint">{`You can come in ${sinceWhen(card.opens_at)}. This page changes by itself.`}</p>}
    </section>
  );
}
