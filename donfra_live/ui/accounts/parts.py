"""What the account pages share: forms the browser sends itself, the sentences of refusal, a sheet.

A native form works before the page is alive, and only an HTTP answer can set a cookie. assets/early.js
puts the form's key in and shows the sentence whose word stands in the address.
"""

from urllib.parse import quote

import reflex as rx
from reflex.utils.exec import is_prod_mode

from donfra_live.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from donfra_live.errors import DonfraError
from donfra_live.ui.components.fields import field
from donfra_live.ui.components.native import NativeForm, link


def address(path: str) -> str:
    """In development pages and API have different ports."""
    return path if is_prod_mode() else f"{rx.config.get_config().api_url}{path}"


def native_form(
    name: str, *content: rx.Component, class_name: str = "form", id: str | None = None
) -> rx.Component:
    """Posts to /api/forms/{name}; goes on to the page in the address's `next`, if there is one.

    id: of a second form of this name in a page.
    """
    hidden = (rx.el.input(type="hidden", name=key, auto_complete="off") for key in ("csrf", "next", "key"))
    return NativeForm.create(
        *content,
        *hidden,
        action=address(f"/api/forms/{name}"),
        method="post",
        class_name=class_name,
        custom_attrs={"id": id or f"{name}-form", "data-native": "true"},
    )


def _all_kinds(kind: type[DonfraError]) -> list[type[DonfraError]]:
    return [kind, *(deeper for sub in kind.__subclasses__() for deeper in _all_kinds(sub))]


def sentence_of(code: str) -> str:
    return next(kind.sentence for kind in _all_kinds(DonfraError) if kind.code == code)


def refusals(*codes: str, **said: str | rx.Component) -> rx.Component:
    """Sentences for what can go wrong with a form; one is shown after the way back from the server.

    said: something else for some of the words.
    """
    always = ("bad_input", "bad_form", "too_many_requests", "error")
    sentences = {code: sentence_of(code) for code in (*codes, *always)} | said
    return rx.el.div(
        *(
            rx.el.p(sentence, hidden=True, class_name="refusal", custom_attrs={"data-error": code})
            for code, sentence in sentences.items()
        ),
        role="alert",
    )


def done(code: str, sentence: str) -> rx.Component:
    """Says that something has worked."""
    return rx.el.div(
        rx.el.p(sentence, hidden=True, class_name="good", custom_attrs={"data-done": code}), role="status"
    )


def email_field(id: str) -> rx.Component:
    return field(
        "E-mail",
        "email",
        id,
        required=True,
        max_length=254,
        auto_complete="username",
        input_mode="email",
        spell_check=False,
    )


def name_field(id: str, **props: object) -> rx.Component:
    hint = "Others see it in your sessions."
    return field("Name", "name", id, hint=hint, required=True, max_length=80, auto_complete="name", **props)


def password_field(id: str, label: str = "Password", *, name: str = "password", new: bool) -> rx.Component:
    rules = {"min_length": SHORTEST_PASSWORD, "max_length": LONGEST_PASSWORD} if new else {}
    return field(
        label,
        name,
        id,
        hint=f"{SHORTEST_PASSWORD} characters or more." if new else "",
        type="password",
        required=True,
        auto_complete="new-password" if new else "current-password",
        **rules,
    )


def submit(text: str) -> rx.Component:
    return rx.el.button(text, type="submit", class_name="button primary wide")


def sheet(title: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h1(title),
        *content,
        class_name="sheet account-sheet",
    )


def keeping_next(text: str, href: str) -> rx.Component:
    """A link that hands the address's `next` on."""
    return link(text, href=href, custom_attrs={"data-keep-next": "true"})


def sign_in_first(back: str) -> rx.Component:
    return sheet(
        "Sign in first",
        rx.el.p("This page is for people with an account.", class_name="lead"),
        link("Sign in", href=f"/sign-in?next={quote(back)}", class_name="button primary"),
    )
