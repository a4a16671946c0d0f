"""A real server for e-mail on loopback that keeps what it gets."""

import contextlib
from collections.abc import Iterator
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from tests.ports import free_port


class Inbox(Message):
    def __init__(self, port: int) -> None:
        super().__init__(EmailMessage)
        self.port, self.messages = port, list[EmailMessage]()

    @property
    def settings(self) -> dict[str, str]:
        """Of an app that sends here."""
        return {"SMTP_URL": f"smtp://127.0.0.1:{self.port}", "MAIL_FROM": "live@example.org"}

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.messages.append(message)

    def to(self, email: str) -> list[tuple[str, str]]:
        """(subject, text) of what this person got, oldest first."""
        mine = [message for message in self.messages if message["To"] == email]
        return [(str(message["Subject"]), text_of(message)) for message in mine]


def text_of(message: EmailMessage) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@contextlib.contextmanager
def running() -> Iterator[Inbox]:
    inbox = Inbox(free_port())
    server = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    server.start()
    try:
        yield inbox
    finally:
        server.stop()
