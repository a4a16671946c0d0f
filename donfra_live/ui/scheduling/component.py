"""Reflex's names for the parts about dates that run in the browser: only it knows the viewer's time zone."""

import reflex as rx

from donfra_live.ui.room.component import PUBLIC


class PlanFields(rx.Component):
    """Now or later, with date, length, zone and repeating: fields of the form around it."""

    library = f"$/public/{PUBLIC.as_posix()}/plan_fields.jsx"
    tag = "PlanFields"


class Plan(rx.Component):
    """A planned session's date, countdown and acts; nothing for a session without a date.

    asks: whether consent to be recorded can be asked for here.
    """

    library = f"$/public/{PUBLIC.as_posix()}/plan.jsx"
    tag = "Plan"

    card: rx.Var[dict]
    role: rx.Var[str]
    asks: rx.Var[bool]


class ShortWhen(rx.Component):
    """A start in a list."""

    library = f"$/public/{PUBLIC.as_posix()}/when.jsx"
    tag = "ShortWhen"

    start: rx.Var[str]


plan_fields, plan, short_when = PlanFields.create, Plan.create, ShortWhen.create
