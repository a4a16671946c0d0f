"""Forms and links that the browser follows itself: Reflex's own never leave the page they are on.

Needed where an HTTP answer sets a cookie, and where a page must start anew to read cookies or its address.
"""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class NativeForm(BaseHTML):
    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


class NativeLink(BaseHTML):
    tag = "a"
    href: rx.Var[str]


def link(*content: Any, href: Any, **props: Any) -> rx.Component:
    return NativeLink.create(*content, href=href, **props)
