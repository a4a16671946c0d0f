"""Who may do what, written by hand: the tests of this folder hold services, routes, pages and docs to it.

Nothing here is taken from the code's own table, else it could not disagree with it.
"""

import re
from dataclasses import dataclass

# Kinds of people. on_stage: a viewer who was brought there. waiting: in the lobby. removed: was a speaker.
MEMBERS = ("host", "co_host", "speaker", "viewer", "on_stage")
OTHERS = ("waiting", "stranger", "removed")
KINDS = MEMBERS + OTHERS

_TABLE = """
permission      host  co_host  speaker  viewer  on_stage
watch           yes   yes      yes      yes     yes
chat            yes   yes      yes      yes     yes
react           yes   yes      yes      yes     yes
send_data       yes   yes      yes      yes     yes
raise_hand      yes   yes      yes      yes     yes
see_members     yes   yes      yes      yes     yes
publish         yes   yes      yes      no      yes
share_screen    yes   yes      yes      no      no
speak_in_chat   yes   yes      yes      no      yes
admit           yes   yes      no       no      no
invite          yes   yes      no       no      no
set_role        yes   yes      no       no      no
mute            yes   yes      no       no      no
stage           yes   yes      no       no      no
clear_hands     yes   yes      no       no      no
delete_message  yes   yes      no       no      no
remove          yes   yes      no       no      no
set_chat        yes   yes      no       no      no
set_lobby       yes   yes      no       no      no
see_log         yes   yes      no       no      no
see_attendance  yes   yes      no       no      no
record          yes   yes      no       no      no
set_access      yes   no       no       no      no
hand_over       yes   no       no       no      no
schedule        yes   no       no       no      no
end             yes   no       no       no      no
set_retention   yes   no       no       no      no
export          yes   no       no       no      no
delete          yes   no       no       no      no
"""
_ROWS = [re.split(r"\s+", line) for line in _TABLE.strip().splitlines()[1:]]
MAY = {name: dict(zip(MEMBERS, cells, strict=True)) for name, *cells in _ROWS}

# Over whom somebody who may set roles, mute and remove may do it; host is given by hand-over only.
ABOVE = {"host": {"co_host", "speaker", "viewer"}, "co_host": {"speaker", "viewer"}}


@dataclass(frozen=True)
class Act:
    """One thing to ask for. In path and body {tom}, {ben}, {message}, {invite}, {will} stand for ids."""

    name: str
    permission: str
    method: str
    path: str
    body: dict[str, object] | None = None

    def allowed(self) -> list[str]:
        return [kind for kind in MEMBERS if MAY[self.permission][kind] == "yes"]

    @property
    def route(self) -> str:
        """As the application declares it."""
        path = f"/api/live/{{session_id}}{self.path.partition('?')[0]}"
        names = {"{tom}": "{member_id}", "{ben}": "{member_id}", "{message}": "{message_id}"}
        for here, there in {**names, "{invite}": "{invite_id}", "{will}": "{waiting_id}"}.items():
            path = path.replace(here, there)
        return f"{self.method} {path}"


ACTS = [
    Act("read the list of members", "see_members", "GET", "/members"),
    Act("see the raised hands", "see_members", "GET", "/hands"),
    Act("read the chat", "chat", "GET", "/messages"),
    Act("search the chat", "chat", "GET", "/messages?search=hello&format=csv"),
    Act("write", "chat", "POST", "/messages", {"text": "hello"}),
    Act("write while only speakers may", "speak_in_chat", "POST", "/messages", {"text": "hello"}),
    Act("react", "react", "POST", "/reactions", {"reaction": "👍"}),
    Act("delete another's message", "delete_message", "DELETE", "/messages/{message}"),
    Act("raise the hand", "raise_hand", "POST", "/hands", {}),
    Act("lower the own hand", "raise_hand", "DELETE", "/hands"),
    Act("lower all hands", "clear_hands", "DELETE", "/hands?everybody=true"),
    Act("lower another's hand", "clear_hands", "DELETE", "/hands/{tom}"),
    Act("change who may write", "set_chat", "PATCH", "", {"chat": "off"}),
    Act("slow the chat", "set_chat", "PATCH", "", {"slow_mode_seconds": 5}),
    Act("switch the lobby", "set_lobby", "PATCH", "", {"lobby": False}),
    Act("change the access", "set_access", "PATCH", "", {"access": "invited"}),
    Act("change the password", "set_access", "PATCH", "", {"password": "sesame"}),
    Act("invite", "invite", "POST", "/invites", {"role": "viewer"}),
    Act("see the invites", "invite", "GET", "/invites"),
    Act("revoke an invite", "invite", "DELETE", "/invites/{invite}"),
    Act("see who waits", "admit", "GET", "/waiting"),
    Act("let one in", "admit", "POST", "/waiting/{will}", {"decision": "admit"}),
    Act("deny one", "admit", "POST", "/waiting/{will}", {"decision": "deny"}),
    Act("let all in", "admit", "POST", "/waiting/admit", {}),
    Act("set a role", "set_role", "PATCH", "/members/{tom}", {"role": "speaker"}),
    Act("mute one", "mute", "POST", "/members/{tom}/mute", {"source": "microphone"}),
    Act("give back what is held", "mute", "DELETE", "/members/{tom}/mute"),
    Act("mute all", "mute", "POST", "/members/mute", {}),
    Act("remove", "remove", "DELETE", "/members/{tom}"),
    Act("lift a ban", "remove", "DELETE", "/bans/{ben}"),
    Act("bring on stage", "stage", "PUT", "/stage/{tom}", {}),
    Act("take another off the stage", "stage", "DELETE", "/stage/{tom}"),
    Act("hand over", "hand_over", "POST", "/host", {"member_id": "{tom}"}),
    Act("change the title", "schedule", "PATCH", "", {"title": "Geometry", "description": "Bring a ruler."}),
    Act("read the log", "see_log", "GET", "/log"),
    Act("see who was there", "see_attendance", "GET", "/attendance"),
    Act("say who was expected", "see_attendance", "PUT", "/roster", {"people": [{"name": "Tom"}]}),
    Act("see the figures", "see_attendance", "GET", "/stats"),
    Act("record", "record", "POST", "/recordings", {"layout": "grid"}),
    Act("see the recordings that he may watch", "watch", "GET", "/recordings"),
    Act("say how long it is kept", "set_retention", "PATCH", "", {"keep_days": 7}),
    Act("export everything", "export", "GET", "/export.zip"),
]
# Seen in the room, not asked for by a route of its own; test_rights.py tries them.
RIGHTS = {"watch", "publish", "share_screen", "send_data"}

# Routes for which a role decides nothing, or more than a role: what each kind of person is answered.
_ALL = dict.fromkeys(KINDS, 200)
SPECIAL: dict[str, dict[str, int]] = {
    "GET /api/live/sessions": _ALL,
    "GET /api/live/{session_id}": _ALL,
    "POST /api/live/create": dict.fromkeys(KINDS, 201),
    "POST /api/live/end": {**dict.fromkeys(KINDS, 403), "host": 200, "stranger": 401},
    "POST /api/live/{session_id}/start": {**dict.fromkeys(KINDS, 403), "host": 200, "stranger": 401},
    # on air already, so the host is told to end it
    "POST /api/live/{session_id}/cancel": {**dict.fromkeys(KINDS, 403), "host": 409, "stranger": 401},
    # for accounts only
    "GET /api/live/{session_id}/reminder": _ALL,
    "PUT /api/live/{session_id}/reminder": dict.fromkeys(KINDS, 401),
    "DELETE /api/live/{session_id}/reminder": dict.fromkeys(KINDS, 401),
    # it has no date
    "GET /api/live/{session_id}/calendar.ics": dict.fromkeys(KINDS, 409),
    # a waiting key is no member's key; a stranger has to wait
    "POST /api/live/join": {**_ALL, "waiting": 403, "stranger": 202, "removed": 403},
    "POST /api/live/enter": {**_ALL, "waiting": 403, "stranger": 202, "removed": 403},
    "POST /api/live/arrival": {**_ALL, "waiting": 403, "stranger": 403, "removed": 403},
    # concerns nobody but the asker; who does not wait changes nothing
    "POST /api/live/{session_id}/waiting/leave": _ALL,
    # whoever knows only the id gets nothing, the host neither
    "GET /api/live/{session_id}/waiting/{waiting_id}": {**dict.fromkeys(KINDS, 401), "waiting": 200},
    # on air, so not even by its host
    "DELETE /api/live/{session_id}": {**dict.fromkeys(KINDS, 403), "host": 409, "stranger": 401},
    # of one's own connection
    "POST /api/live/{session_id}/quality": {
        **dict.fromkeys(KINDS, 204),
        "waiting": 403,
        "stranger": 401,
        "removed": 403,
    },
    # by an admin's account only
    "POST /api/live/{session_id}/observe": dict.fromkeys(KINDS, 401),
}
# What a page may ask of the server, and what a refusal is called; "" is none.
_REFUSED = {"waiting": "no_proof", "stranger": "no_proof", "removed": "removed"}
_HOST_ONLY = {**dict.fromkeys(MEMBERS, "not_allowed"), **_REFUSED, "host": ""}


def _refused(sentence: str) -> dict[str, str]:
    """To members this; to who is none what he is."""
    return {
        **dict.fromkeys(KINDS, sentence),
        "waiting": "Join the session first.",
        "stranger": "Join the session first.",
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
    "RetentionState.ask": {**_SENTENCES, "host": ""},
    "RetentionState.keep_for": {
        **_refused("Only hosts and co-hosts may do this."),
        "co_host": "Only hosts may do this.",
        "host": "",
    },
    "RetentionState.delete": {
        **_SENTENCES,
        "host": "The session is on air. End it first, then delete it.",
    },
}
# They show what is public or one's own and change nothing.
SHOWING = {
    *(f"SessionState.{name}" for name in ("load", "look", "taken", "unload")),
    *(f"LiveState.{name}" for name in ("load", "unload")),
    *(f"HistoryState.{name}" for name in ("load", "search", "more")),
    "RetentionState.keep",
    *(f"StatsState.{name}" for name in ("load_period", "load_session", "load_series")),
}
