"""The call, tied to the state behind it: the same on /live and on a session's page."""

import reflex as rx

from donfra_live.ui.accounts.visitor import VisitorState
from donfra_live.ui.room.component import call
from donfra_live.ui.session.state import SessionState


def bound_call(*, ask_id: bool) -> rx.Component:
    return call(
        ask_id=ask_id,
        card=SessionState.card,
        role=SessionState.role,
        share=SessionState.share,
        seat_name=SessionState.seat_name,
        standing=SessionState.standing,
        signed_in=SessionState.signed_in,
        account_name=VisitorState.name,
        may_observe=SessionState.may_observe,
        problem=SessionState.problem,
        loaded=SessionState.loaded,
        needs_key=SessionState.needs_key,
        answer=SessionState.answer,
        on_look=SessionState.look,
        on_redeem=SessionState.redeem,
        on_go_live=SessionState.go_live,
        on_taken=SessionState.taken,
        on_end=SessionState.end,
    )
