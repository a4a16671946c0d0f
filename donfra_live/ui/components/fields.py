"""Form parts: a labelled field, a button, a sentence of refusal."""

import reflex as rx


def field(
    label: str, name: str, id: str, *, hint: str = "", type: str = "text", **props: object
) -> rx.Component:
    """A text field whose label is its accessible name."""
    return rx.el.div(
        rx.el.label(label, html_for=id),
        rx.el.input(name=name, custom_attrs={"id": id}, type=type, class_name="input", **props),
        *([rx.el.p(hint, class_name="hint")] if hint else []),
        class_name="field",
    )


def refusal(sentence: rx.Var[str]) -> rx.Component:
    """Says why something was refused; there from the start, so that screen readers notice it."""
    return rx.el.div(
        rx.cond(sentence, rx.el.p(sentence, class_name="refusal")),
        role="alert",
    )
