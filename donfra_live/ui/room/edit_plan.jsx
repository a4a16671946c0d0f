// The host's dialogs: change a planned session or call it off, one date or all of its series.
import { useEffect, useRef, useState } from "react";
import { ask } from "./act.js";
import { AWAY, SeriesFields, seriesChanges, useSeries } from "./edit_series.jsx";
import { Zones } from "./plan_fields.jsx";
import { wallOf } from "./when.jsx";

function useDialog(onClose) {
  const dialog = useRef(null);
  useEffect(() => dialog.current?.showModal(), []);
  return { ref: dialog, className: "dialog", onClose, close: () => dialog.current?.close() };
}

// "" when it went well, else what the server says.
async function refusalOf(method, path, body) {
  const { ok, sentence } = await ask(method, path, body, AWAY);
  return ok ? "" : sentence;
}

function Scope({ card, onChange }) {
  if (!card.series_id) return null;
  return (
    <fieldset className="scope" onChange={(e) => onChange?.(e.target.value === "all")}>
      <legend className="unseen">Which dates</legend>
      <label className="check-row"><input type="radio" name="scope" value="one" className="check" defaultChecked /><span>This date only</span></label>
      <label className="check-row"><input type="radio" name="scope" value="all" className="check" /><span>All coming dates of the series</span></label>
    </fieldset>
  );
}

function Buttons({ busy, problem, keep, go, danger, onKeep }) {
  return (
    <>
      <div role="alert">{problem && <p className="refusal">{problem}</p>}</div>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onKeep}>{keep}</button>
        <button type="submit" className={danger ? "button danger" : "button primary"} aria-busy={busy}>{go}</button>
      </div>
    </>
  );
}

// series: what is known of it.
async function change(card, series, form) {
  const given = Object.fromEntries(new FormData(form));
  const body = { title: given.title, description: given.description, duration_minutes: Number(given.duration), timezone: given.time_zone };
  if (given.scope !== "all") return refusalOf("PATCH", `/api/live/${card.id}`, { ...body, starts_at: `${given.date}T${given.time}`, ask_consent: Boolean(given.ask_consent) });
  if (!series) return AWAY;
  // of a series the time of day changes; its days are its rule's
  const first = wallOf(series.first_at, given.time_zone);
  return refusalOf("PATCH", `/api/series/${card.series_id}`, { ...body, ...seriesChanges(series, form), starts_at: `${first.date}T${given.time}` });
}

// asks: whether the recorder of this place can leave out who does not agree. A wish that stands can be taken back.
function AskConsent({ asks, wish }) {
  if (!asks && !wish) return null;
  return <label className="check-row"><input type="checkbox" name="ask_consent" className="check" defaultChecked={wish} /><span>Ask everybody for consent to be recorded</span></label>;
}

function useAct(run, close) {
  const [state, setState] = useState({ busy: false, problem: "" });
  async function submit(event) {
    event.preventDefault();
    if (state.busy) return;
    setState({ busy: true, problem: "" });
    const problem = await run(event.currentTarget ?? event.target);
    setState({ busy: false, problem });
    if (!problem) close();
  }
  return { ...state, submit };
}

export function EditPlan({ card, asks, onClose }) {
  const { close, ...dialog } = useDialog(onClose);
  const [all, setAll] = useState(false);
  const { series, problem: unknown } = useSeries(card.series_id);
  const { busy, problem, submit } = useAct((form) => change(card, series, form), close);
  const at = wallOf(card.starts_at, card.time_zone);
  const minutes = Math.round((new Date(card.ends_at) - new Date(card.starts_at)) / 60000);
  return (
    <dialog {...dialog} aria-labelledby="edit-plan">
      <h2 id="edit-plan">Edit the session</h2>
      <form className="form" data-alive="true" onSubmit={(e) => void submit(e)}>
        <div className="field"><label htmlFor="edit-title">Title</label>
          <input id="edit-title" name="title" className="input" defaultValue={card.title} required maxLength={200} autoComplete="off" /></div>
        <Scope card={card} onChange={setAll} />
        <div className="two">
          {!all && <div className="field"><label htmlFor="edit-date">Date</label><input id="edit-date" name="date" type="date" className="input" defaultValue={at.date} required /></div>}
          <div className="field"><label htmlFor="edit-time">Start</label><input id="edit-time" name="time" type="time" className="input" defaultValue={at.time} required /></div>
        </div>
        <div className="two">
          <div className="field"><label htmlFor="edit-duration">Minutes</label><input id="edit-duration" name="duration" type="number" min="1" max="1440" className="input" defaultValue={minutes} required /></div>
          <div className="field"><label htmlFor="edit-zone">Time zone</label><Zones id="edit-zone" chosen={card.time_zone} /></div>
        </div>
        <div className="field"><label htmlFor="edit-about">Description</label>
          <textarea id="edit-about" name="description" className="input" rows={3} maxLength={4000} defaultValue={card.description} /></div>
        {!all && <AskConsent asks={asks} wish={card.ask_consent} />}
        {all && series && <AskConsent asks={asks} wish={series.ask_consent} />}
        {all && series && <SeriesFields series={series} />}
        <Buttons busy={busy} problem={problem || (all && unknown)} keep="Keep as it is" go="Save" onKeep={close} />
      </form>
    </dialog>
  );
}

export function CancelPlan({ card, onClose }) {
  const { close, ...dialog } = useDialog(onClose);
  const { busy, problem, submit } = useAct((form) => {
    const all = new FormData(form).get("scope") === "all";
    return refusalOf("POST", all ? `/api/series/${card.series_id}/cancel` : `/api/live/${card.id}/cancel`, {});
  }, close);
  return (
    <dialog {...dialog} aria-labelledby="cancel-plan">
      <h2 id="cancel-plan">Cancel “{card.title}”?</h2>
      <p className="muted">It cannot be taken back. Everybody who opens the link sees that it was cancelled.</p>
      <form className="form" data-alive="true" onSubmit={(e) => void submit(e)}>
        <Scope card={card} />
        <Buttons busy={busy} problem={problem} keep="Keep it" go="Cancel session" danger onKeep={close} />
      </form>
    </dialog>
  );
}
