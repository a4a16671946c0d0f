"""What a chat message may be; pure."""

import unicodedata

from donfra_live.errors import BadInput

TEXT_LENGTH, CLIENT_ID_LENGTH = 2000, 64
_ALLOWED_CONTROLS = {"\n", "\t"}


def clean_text(value: object) -> str:
    """A message's text, trimmed; line breaks stay.

    Raises:
        BadInput: no text, empty, longer than TEXT_LENGTH, or with control characters.
    """
    if not isinstance(value, str):
        raise BadInput("The message must be a text.")
    text = value.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("The message is empty.")
    if len(text) > TEXT_LENGTH:
        raise BadInput(f"The message is too long: {TEXT_LENGTH} characters at most.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in _ALLOWED_CONTROLS for c in text):
        raise BadInput("The message has a character that cannot be shown.")
    return text


def clean_client_id(value: object) -> str:
    """The sender's own id of a message, by which a repeated send is seen. Raises BadInput."""
    if not isinstance(value, str) or not 0 < len(value) <= CLIENT_ID_LENGTH or not value.isascii():
        raise BadInput("client_id must be a short ASCII text.")
    return value
