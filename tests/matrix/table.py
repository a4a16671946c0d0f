"""Who may do what, written by hand: the tests of this folder hold services, routes, pages and docs to it.

Nothing here is taken from the code's own table, else it could not disagree with it.
"""

import re
from dataclasses import dataclass

# Kinds of people. on_stage: a viewer who was brought there. waiting: in the lobby. removed: was a speaker.
# account, admin: signed in, without a seat in the session.
MEMBERS = ("host", "co_host", "speaker", "viewer", "on_stage")
OTHERS = ("waiting", "stranger", "removed", "account", "admin")
KINDS = MEMBERS + OTHERS
# Who has an account here, and the name of the kind that asks with his API token instead.
PEOPLE_OF_PLACE = {"account": "token", "admin": "admin_token"}

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

# What an admin may do to a session in which he has no seat.
ADMIN_MAY = {"see_attendance", "export", "delete"}

# Over whom somebody who may set roles, mute and remove may do it; host is given by hand-over only.
ABOVE = {"host": {"co_host", "speaker", "viewer"}, "co_host": {"speaker", "viewer"}}


@dataclass(frozen=True)
class Act:
    """One thing to ask for. path: below the session's, or a whole one.

    In path and body {tom}, {ben}, {message}, {invite}, {will}, {recording}, {mark}, {link} stand for ids.
    """

    name: str
    permission: str
    method: str
    path: str
    body: dict[str, object] | None = None

    def allowed(self) -> list[str]:
        admin = ["admin"] if self.permission in ADMIN_MAY else []
        return [kind for kind in MEMBERS if MAY[self.permission][kind] == "yes"] + admin

    def full_path(self, session_id: str) -> str:
        return self.path if self.path.startswith("/api/") else f"/api/live/{session_id}{self.path}"

    @property
    def route(self) -> str:
        """As the application declares it."""
        path = self.full_path("{session_id}").partition("?")[0]
        names = {"{tom}": "{member_id}", "{ben}": "{member_id}", "{message}": "{message_id}"}
        names |= {"{invite}": "{invite_id}", "{will}": "{waiting_id}", "{recording}": "{recording_id}"}
        names |= {"{mark}": "{marker_id}", "{link}": "{link_id}"}
        names |= {f"/{what}/1": f"/{what}/{{number}}" for what in ("tracks", "pictures")}
        for here, there in names.items():
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
    Act("ask for consent", "set_access", "PATCH", "", {"ask_consent": True}),
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
    Act("see how much can be recorded", "record", "GET", "/recordings/space"),
    Act("look at a recording", "record", "GET", "/api/recordings/{recording}"),
    Act("pause a recording", "record", "POST", "/api/recordings/{recording}/pause", {}),
    Act("go on recording", "record", "POST", "/api/recordings/{recording}/resume", {}),
    Act("stop a recording", "record", "POST", "/api/recordings/{recording}/stop", {}),
    Act("get the file of a recording", "record", "GET", "/api/recordings/{recording}/file"),
    Act("get a voice of a recording", "record", "GET", "/api/recordings/{recording}/tracks/1"),
    Act("see the picture of a recording", "record", "GET", "/api/recordings/{recording}/poster"),
    Act("see a small picture of a recording", "record", "GET", "/api/recordings/{recording}/pictures/1"),
    Act("see the captions of a recording", "record", "GET", "/api/recordings/{recording}/captions"),
    Act("take captions away", "record", "PUT", "/api/recordings/{recording}/captions"),
    Act("name a recording", "record", "PATCH", "/api/recordings/{recording}", {"title": "Fractions"}),
    Act("give a recording", "record", "PATCH", "/api/recordings/{recording}", {"audience": "members"}),
    Act("mark a moment", "record", "POST", "/api/recordings/{recording}/markers", {"at": 1.5}),
    Act("take a mark away", "record", "DELETE", "/api/recordings/{recording}/markers/{mark}"),
    Act("look at the film of a recording", "record", "GET", "/api/recordings/{recording}/watching"),
    Act("make a link to a recording", "record", "POST", "/api/recordings/{recording}/links", {"days": 7}),
    Act("see the links to a recording", "record", "GET", "/api/recordings/{recording}/links"),
    Act("end a link to a recording", "record", "DELETE", "/api/recordings/{recording}/links/{link}"),
    Act("see whether one is asked for consent", "watch", "GET", "/consent"),
    Act("answer for consent", "watch", "POST", "/api/recordings/{recording}/consent", {"agree": False}),
    Act("see who agreed to a recording", "record", "GET", "/api/recordings/{recording}/consents"),
    Act("delete a recording", "record", "DELETE", "/api/recordings/{recording}"),
    Act("say how long it is kept", "set_retention", "PATCH", "", {"keep_days": 7}),
    Act("export everything", "export", "GET", "/export.zip"),
]
# Seen in the room, not asked for by a route of its own; test_services.py tries them.
RIGHTS = {"watch", "publish", "share_screen", "send_data"}
