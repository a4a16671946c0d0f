"""What a chat message may be, what in it is a link, what a search finds; pure."""

import re
import unicodedata
from dataclasses import dataclass

from donfra_live.errors import BadInput, NotAllowed
from donfra_live.live_sessions.roles import Permission, Role, may
from donfra_live.live_sessions.rules import ChatMode, is_heap, is_shown

TEXT_LENGTH, CLIENT_ID_LENGTH, SEARCH_LENGTH = 2000, 64, 200
_ALLOWED_CONTROLS = {"\n", "\t"}


def clean_text(value: object) -> str:
    """A message's text, trimmed; line breaks stay.

    Raises:
        BadInput: no text, empty, longer than TEXT_LENGTH, or with control characters.
    """
    if not isinstance(value, str):
        raise BadInput("The message must be a text.")
    text = value.replace("\r\n", "\n").strip()
    if not is_shown(text):
        raise BadInput("The message is empty.")
    if len(text) > TEXT_LENGTH:
        raise BadInput(f"The message is too long: {TEXT_LENGTH} characters at most.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in _ALLOWED_CONTROLS for c in text) or is_heap(
        text
    ):
        raise BadInput("The message has a character that cannot be shown.")
    return text


def clean_client_id(value: object) -> str:
    """The sender's own id of a message, by which a repeated send is seen. Raises BadInput."""
    short = isinstance(value, str) and 0 < len(value) <= CLIENT_ID_LENGTH
    if not isinstance(value, str) or not short or not (value.isascii() and value.isprintable()):
        raise BadInput("client_id must be a short line of ASCII.")
    return value


def clean_search(value: object) -> str:
    """Words to look for, "" for none. Raises BadInput."""
    if not isinstance(value, str) or len(value) > SEARCH_LENGTH:
        raise BadInput(f"Search for {SEARCH_LENGTH} characters at most.")
    return " ".join(value.split())


REACTIONS = ("👍", "👏", "❤️", "😂", "😮", "🎉")


def clean_reaction(value: object) -> str:
    """One of a few. Raises BadInput."""
    if not isinstance(value, str) or value not in REACTIONS:
        raise BadInput(f"reaction must be one of: {' '.join(REACTIONS)}")
    return value


def may_speak_up(role: Role | str, *, on_stage: bool) -> bool:
    return on_stage or may(role, Permission.SPEAK_IN_CHAT)


def check_open(mode: ChatMode | str, role: Role | str, *, on_stage: bool) -> None:
    """Whether somebody may write and react right now. Raises NotAllowed."""
    if mode == ChatMode.OFF:
        raise NotAllowed("The chat is switched off.")
    if mode == ChatMode.SPEAKERS and not may_speak_up(role, on_stage=on_stage):
        raise NotAllowed("Only speakers may write right now.")


@dataclass(frozen=True)
class Piece:
    """A part of a message's text; href: "" unless it is a link."""

    text: str
    href: str = ""


# As in ui/room/web_links.js, sign by sign: no parser of addresses is asked, since no two of them agree.
_SIGN = r"""[^\s<>"'`\\^{|}\x00-\x20\x7f-\x9f\ufeff]"""
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|(?:[0-9A-Za-z._-]|[^\x00-\x9f\s\ufeff])+)"
_PORT = r"(?::[0-9]{1,5}(?![0-9]))?"
# A name before the host hides where it leads (https://bank.example@evil.example), so such a one is none.
_NO_NAME = f"(?!(?:(?![/?#]){_SIGN})*@)"
_LINK = re.compile(f"[Hh][Tt][Tt][Pp][Ss]?://{_NO_NAME}{_HOST}{_PORT}(?:[/?#]{_SIGN}*)?")
_AFTER_LINK = ".,:;!?…»”’"
_PAIRS = {")": "(", "]": "["}


def pieces(text: str) -> tuple[Piece, ...]:
    """The text with its http links; nothing else in it means anything."""
    found: list[Piece] = []
    end = 0
    for match in _LINK.finditer(text):
        link = _without_tail(match.group())
        if not _LINK.fullmatch(link):
            continue
        if match.start() > end:
            found.append(Piece(text[end : match.start()]))
        found.append(Piece(link, link))
        end = match.start() + len(link)
    return (*found, Piece(text[end:])) if end < len(text) else tuple(found)


def _without_tail(link: str) -> str:
    """A full stop or a bracket after a link is the sentence's."""
    while link and (
        link[-1] in _AFTER_LINK
        or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]]))
    ):
        link = link[:-1]
    return link


def fits(search: str, *texts: str) -> bool:
    """Whether every word is somewhere in these texts, in any letter case."""
    heap = "\n".join(texts).casefold()
    return all(word in heap for word in search.casefold().split())
