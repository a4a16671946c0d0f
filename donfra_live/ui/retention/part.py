"""On the page of a session that is over, for its host and for admins: all of it as a zip, or gone."""

import reflex as rx

from donfra_live.ui.accounts.parts import address
from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.components.fields import field, refusal
from donfra_live.ui.components.native import link
from donfra_live.ui.retention.state import WORD, RetentionState
from donfra_live.ui.session.state import SessionState

TIMES = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year"))
DAYS = [days for days, _ in TIMES]


def _question(session_id: rx.Var[str]) -> rx.Component:
    return rx.el.form(
        rx.el.p("This goes for good: ", RetentionState.held, "."),
        rx.el.p("The link then leads to nothing. It cannot be undone.", class_name="muted"),
        field(
            f"Type {WORD} to confirm",
            "word",
            "delete-word",
            auto_complete="off",
            auto_focus=True,
            max_length=20,
        ),
        refusal(RetentionState.refusal),
        rx.el.div(
            rx.el.button(
                "Delete for good",
                type="submit",
                class_name="button danger",
                custom_attrs={"aria-busy": RetentionState.busy},
            ),
            rx.el.button("Keep it", type="button", class_name="button", on_click=RetentionState.keep),
            class_name="row",
        ),
        on_submit=lambda form: RetentionState.delete(session_id, form),
        class_name="form danger-zone",
        aria_label="Delete everything?",
    )


def _how_long(session_id: rx.Var[str]) -> rx.Component:
    """For the host; a shorter time than this place's, never a longer one."""
    own, card = "keep-for", SessionState.card
    choices = [("0", "As long as this place keeps it"), *((str(days), words) for days, words in TIMES)]
    return rx.el.div(
        rx.el.label("Keep chat, attendance and recording for", html_for=own),
        rx.el.select(
            *(rx.el.option(words, value=days) for days, words in choices),
            rx.cond(
                card["keep_days"].to(int) & ~rx.Var.create([0, *DAYS]).contains(card["keep_days"]),
                rx.el.option(f"{card['keep_days']} days", value=card["keep_days"].to_string()),
            ),
            value=card["keep_days"].to_string(),
            on_change=lambda days: RetentionState.keep_for(session_id, days),
            custom_attrs={"id": own},
            class_name="input",
        ),
        rx.el.p(
            rx.cond(RetentionState.kept == session_id, "Saved.", ""),
            class_name="hint",
            role="status",
        ),
        class_name="field",
    )


def _offers(session_id: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            link(
                "Export everything",
                href=address("/api/live/") + session_id + "/export.zip",
                class_name="button",
            ),
            rx.el.button(
                "Delete everything",
                type="button",
                class_name="button danger",
                on_click=RetentionState.ask(session_id),
            ),
            class_name="row",
        ),
        refusal(RetentionState.refusal),
    )


def keeping() -> rx.Component:
    """Nothing for everybody else, and before the end."""
    card = SessionState.card
    session_id = card["id"].to(str)
    over = (card["status"] == "ended") | (card["status"] == "cancelled")
    return rx.cond(
        over & ((SessionState.role == "host") | VisitorState.is_admin),
        rx.el.section(
            rx.el.h2("Everything of this session"),
            rx.el.p(
                "A zip with who was there, the chat, the log and all files; or all of it gone.",
                class_name="muted",
            ),
            rx.cond(SessionState.role == "host", _how_long(session_id)),
            rx.cond(RetentionState.asking == session_id, _question(session_id), _offers(session_id)),
            class_name="sheet part keeping",
            aria_label="Everything of this session",
        ),
    )
