"""Who may do what in a live session. This table is the only place where a role has a meaning:
REST answers, LiveKit grants and the buttons shown are derived from it."""

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
    SEND_DATA = "send_data"
    PUBLISH = "publish"
    SHARE_SCREEN = "share_screen"
    END = "end"


_VIEWER = frozenset({Permission.WATCH, Permission.CHAT, Permission.SEND_DATA})
_SPEAKER = _VIEWER | {Permission.PUBLISH}
_CO_HOST = _SPEAKER | {Permission.SHARE_SCREEN}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.HOST: _CO_HOST | {Permission.END},
    Role.CO_HOST: _CO_HOST,
    Role.SPEAKER: _SPEAKER,
    Role.VIEWER: _VIEWER,
}


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


def may(role: Role, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]


def grants_of(role: Role) -> Grants:
    sources: tuple[str, ...] = ("camera", "microphone") if may(role, Permission.PUBLISH) else ()
    if may(role, Permission.SHARE_SCREEN):
        sources += ("screen_share", "screen_share_audio")
    return Grants(
        can_publish=bool(sources),
        can_subscribe=may(role, Permission.WATCH),
        can_publish_data=may(role, Permission.SEND_DATA),
        sources=sources,
    )
