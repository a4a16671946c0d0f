"""E-mail by the operator's server (SMTP_URL); without one nothing is sent."""

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from donfra_live.settings import Settings

_SECONDS = 20


class SmtpMail:
    def __init__(self, settings: Settings) -> None:
        self._url, self._sender = urlsplit(settings.smtp_url), settings.mail_from

    @property
    def is_on(self) -> bool:
        return bool(self._url.hostname)

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises aiosmtplib.SMTPException, OSError. smtps:// is TLS from the start."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message.set_content(text)
        await aiosmtplib.send(
            message,
            hostname=self._url.hostname,
            port=self._url.port,
            username=unquote(self._url.username) if self._url.username else None,
            password=unquote(self._url.password) if self._url.password else None,
            # Without a password to protect, STARTTLS is used where the server offers it.
            start_tls=True if self._url.username and self._url.scheme == "smtp" else None,
            use_tls=self._url.scheme == "smtps",
            timeout=_SECONDS,
        )
