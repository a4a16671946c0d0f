"""Who may do what in a live session. This table is the only place where a role has a meaning:
REST answers, LiveKit grants and the buttons shown are derived from it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    HOST = "host"
    CO_HOST = "co_host"
    SPEAKER = "speaker"
    VIEWER = "viewer"


class Permission(StrEnum):
    WATCH = "watch"
    CHAT = "chat"
    REACT = "react"
    SEND_DATA = "send_data"
    RAISE_HAND = "raise_hand"
    SEE_MEMBERS = "see_members"
    PUBLISH = "publish"
    SHARE_SCREEN = "share_screen"
    SPEAK_IN_CHAT = "speak_in_chat"
    ADMIT = "admit"
    INVITE = "invite"
    SET_ROLE = "set_role"
    MUTE = "mute"
    STAGE = "stage"
    CLEAR_HANDS = "clear_hands"
    DELETE_MESSAGE = "delete_message"
    REMOVE = "remove"
    SET_CHAT = "set_chat"
    SET_LOBBY = "set_lobby"
    SEE_LOG = "see_log"
    SEE_ATTENDANCE = "see_attendance"
    RECORD = "record"
    SET_ACCESS = "set_access"
    HAND_OVER = "hand_over"
    SCHEDULE = "schedule"
    END = "end"
    SET_RETENTION = "set_retention"
    EXPORT = "export"
    DELETE = "delete"


_VIEWER = frozenset(
    {
        Permission.WATCH,
        Permission.CHAT,
        Permission.REACT,
        Permission.SEND_DATA,
        Permission.RAISE_HAND,
        Permission.SEE_MEMBERS,
    }
)
_SPEAKER = _VIEWER | {Permission.PUBLISH, Permission.SHARE_SCREEN, Permission.SPEAK_IN_CHAT}
_CO_HOST = _SPEAKER | {
    Permission.ADMIT,
    Permission.INVITE,
    Permission.SET_ROLE,
    Permission.MUTE,
    Permission.STAGE,
    Permission.CLEAR_HANDS,
    Permission.DELETE_MESSAGE,
    Permission.REMOVE,
    Permission.SET_CHAT,
    Permission.SET_LOBBY,
    Permission.SEE_LOG,
    Permission.SEE_ATTENDANCE,
    Permission.RECORD,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.HOST: _CO_HOST
    | {Permission.SET_ACCESS, Permission.HAND_OVER, Permission.SCHEDULE, Permission.END}
    | {Permission.SET_RETENTION, Permission.EXPORT, Permission.DELETE},
    Role.CO_HOST: _CO_HOST,
    Role.SPEAKER: _SPEAKER,
    Role.VIEWER: _VIEWER,
}
_WORDS = {Role.HOST: "hosts", Role.CO_HOST: "co-hosts", Role.SPEAKER: "speakers", Role.VIEWER: "viewers"}
# What a moderator takes away, and the sources that go with it: a share's sound could carry a voice.
HELD = {
    "microphone": ("microphone", "screen_share_audio"),
    "camera": ("camera",),
    "screen_share": ("screen_share", "screen_share_audio"),
}
_RANK = {Role.VIEWER: 0, Role.SPEAKER: 1, Role.CO_HOST: 2, Role.HOST: 3}


@dataclass(frozen=True)
class Grants:
    """What one connection may do in its room; names as in LiveKit, every field explicit.

    sources: of camera, microphone, screen_share, screen_share_audio; empty only when can_publish is False.
    """

    can_publish: bool
    can_subscribe: bool
    can_publish_data: bool
    sources: tuple[str, ...] = ()
    hidden: bool = False


ARRIVAL = Grants(can_publish=False, can_subscribe=False, can_publish_data=False, hidden=True)
OBSERVER = Grants(can_publish=False, can_subscribe=True, can_publish_data=False, hidden=True)


def may(role: Role | str, permission: Permission) -> bool:
    return permission in PERMISSIONS[Role(role)]


def who_may(permission: Permission) -> str:
    """For a refusal's sentence: "hosts and co-hosts"."""
    return " and ".join(_WORDS[role] for role in Role if may(role, permission))


def outranks(one: Role | str, other: Role | str) -> bool:
    """One may mute, demote or remove those below him, and give away roles below his own."""
    return _RANK[Role(one)] > _RANK[Role(other)]


def grants_of(role: Role | str, *, on_stage: bool = False, withheld: Collection[str] = ()) -> Grants:
    """on_stage: a viewer who was brought there. withheld: what a moderator has taken away, words of HELD."""
    sources: tuple[str, ...] = ()
    if on_stage or may(role, Permission.PUBLISH):
        sources = ("camera", "microphone")
    if may(role, Permission.SHARE_SCREEN):
        sources += ("screen_share", "screen_share_audio")
    gone = {source for word in withheld for source in HELD.get(word, ())}
    sources = tuple(s for s in sources if s not in gone)
    return Grants(
        can_publish=bool(sources),
        can_subscribe=may(role, Permission.WATCH),
        can_publish_data=may(role, Permission.SEND_DATA),
        sources=sources,
    )
