"""What pages may ask of the server, by event handler and kind of person; written by hand as table.py."""

from tests.matrix.table import KINDS, MEMBERS, OTHERS

# What a page may ask of the server, and what a refusal is called; "" is none.
_REFUSED = {**dict.fromkeys(OTHERS, "no_proof"), "removed": "removed"}
_HOST_ONLY = {**dict.fromkeys(MEMBERS, "not_allowed"), **_REFUSED, "host": ""}


def _refused(sentence: str) -> dict[str, str]:
    """To members this; to who is none what he is."""
    return {
        **dict.fromkeys(KINDS, sentence),
        **dict.fromkeys(OTHERS, "Join the session first."),
        "removed": "You were removed from this session.",
    }


_SENTENCES = _refused("Only hosts may do this.")
HANDLERS: dict[str, dict[str, str]] = {
    "SessionState.go_live": _HOST_ONLY,
    "SessionState.end": _HOST_ONLY,
    # with the host's key: it is the proof, except for a browser that is kept out
    "SessionState.redeem": {**dict.fromkeys(KINDS, ""), "removed": "removed"},
    "LiveState.create": dict.fromkeys(KINDS, ""),
    # these show a sentence; the session is on air, so not even its host deletes it
    "RetentionState.ask": {**_SENTENCES, "host": "", "admin": ""},
    "RetentionState.keep_for": {
        **_refused("Only hosts and co-hosts may do this."),
        "co_host": "Only hosts may do this.",
        "host": "",
    },
    "RetentionState.delete": {
        **_SENTENCES,
        **dict.fromkeys(("host", "admin"), "The session is on air. End it first, then delete it."),
    },
}
# Handlers of pages about accounts and the whole place: the sentence that people without an account, with
# one, and admins are shown, "" is none; and what is sent with it, ids as in table.py.
_PLACE = ("stranger", "account", "admin")
_ADMIN = dict(zip(_PLACE, ("Sign in first.", "Only an admin may do this.", ""), strict=True))
_SIGNED_IN = dict(zip(_PLACE, ("Sign in first.", "", ""), strict=True))


def _not_his(sentence: str) -> dict[str, str]:
    return dict(zip(_PLACE, ("Sign in first.", sentence, sentence), strict=True))


_HOOK = {"url": "https://other.example.org/hook", "created": "on"}
PLACE_HANDLERS: dict[str, tuple[dict[str, str], tuple[object, ...]]] = {
    "AdminState.set_role": (_ADMIN, ("{eve}", "admin")),
    "AdminState.set_disabled": (_ADMIN, ("{eve}", True)),
    "AdminState.delete": (_ADMIN, ("{eve}",)),
    "AdminState.make_link": (_ADMIN, ("{eve}",)),
    "AdminState.add": (_ADMIN, ({"name": "Zoe", "email": "zoe@example.org"},)),
    "WebhooksState.make": (_ADMIN, (_HOOK,)),
    "WebhooksState.set_enabled": (_ADMIN, ("{hook}", False)),
    "WebhooksState.delete": (_ADMIN, ("{hook}",)),
    "WebhooksState.send_again": (_ADMIN, ("{hook}", "{delivery}")),
    "AccountState.make_token": (_SIGNED_IN, ({"token_name": "new"},)),
    # somebody else's
    "AccountState.end_login": (_not_his("You are not signed in there any more."), ("{login}",)),
    "AccountState.delete_token": (_not_his("There is no such token any more."), ("{token}",)),
    "CalendarState.make": (_SIGNED_IN, ()),
    "CalendarState.drop": (_SIGNED_IN, ()),
}
# They show what is public or one's own and change nothing.
SHOWING = {
    "VisitorState.load",
    "SeriesState.load",
    *(f"AccountState.{name}" for name in ("load", "ask_delete")),
    *(f"CalendarState.{name}" for name in ("load", "ask")),
    *(f"AdminState.{name}" for name in ("load", "search", "more", "ask_delete")),
    *(f"WebhooksState.{name}" for name in ("load", "show_log", "ask_delete")),
    *(f"SessionState.{name}" for name in ("load", "look", "taken", "unload")),
    *(f"LiveState.{name}" for name in ("load", "unload", "more", "more_coming")),
    *(f"HistoryState.{name}" for name in ("load", "search", "more")),
    "RetentionState.keep",
    *(f"StatsState.{name}" for name in ("load_period", "load_session", "load_series", "load_people")),
}
