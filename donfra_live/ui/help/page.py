"""/help: to watch, to host, and what to do when something is refused or does not come."""

import reflex as rx

from donfra_live.ui.components.native import link
from donfra_live.ui.layout import frame


def _part(title: str, *lines: str | rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        *(rx.el.p(line) if isinstance(line, str) else line for line in lines),
        class_name="sheet help-part",
    )


def help_page() -> rx.Component:
    return frame(
        rx.el.h1("Help"),
        _part(
            "To watch",
            "Open the link that you were sent, type a name and press Join. Nobody sees or hears you. "
            "The chat shows what was written before you came.",
            "If the browser holds the sound back, press Turn on sound. A reload leads back where you were.",
        ),
        _part(
            "To host",
            "Give a session a title and press Create session. Pick camera and microphone, press Go live, "
            "then Copy link, and send the link to your viewers.",
            "Share screen shows a window or all of the screen. End for everyone closes the session for good; "
            "Leave leaves it open for the others.",
        ),
        _part(
            "Camera or microphone are refused",
            "Click the symbol at the left of the address bar, allow both, and press Try the devices again. "
            "If the system refuses, allow the browser in the system's privacy settings.",
            "Browsers give them only to pages that begin with https:// or localhost.",
        ),
        _part(
            "No picture or no sound",
            "Try another network, such as a phone's. Some firewalls let no video through; the room names the "
            "ports then, for whoever runs the network.",
        ),
        _part(
            "By keyboard",
            "Tab and Enter reach everything, Escape closes panels and questions, and the arrow keys move "
            "between Create and Join.",
        ),
        _part(
            "For programs",
            rx.el.p(link("The API of this place", href="/api/docs"), " creates, joins and ends sessions."),
        ),
        narrow=True,
    )
