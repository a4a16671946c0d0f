"""Bodies of the REST API: what comes in and what goes out. Strict: a number is no text, "yes" is no truth."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PlainSerializer

from donfra_live.live_sessions.rules import Access

Text = Annotated[str, Field(strict=True, max_length=10_000)]
Truth = Annotated[bool, Field(strict=True)]
Time = Annotated[
    datetime,
    PlainSerializer(lambda t: t.isoformat(timespec="seconds").replace("+00:00", "Z"), return_type=str),
]
FineTime = Annotated[
    datetime, PlainSerializer(lambda t: t.isoformat().replace("+00:00", "Z"), return_type=str)
]


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class WithKey(Body):
    """Proof in the body: a host's or a member's key. Else the Bearer counts, else the browser's cookie."""

    host_key: Text = ""
    member_key: Text = ""

    @property
    def key(self) -> str:
        return self.host_key or self.member_key


class CreateSession(Body):
    title: Text
    owner_name: Text
    listed: Truth = False
    access: Access = Access.LINK
    password: Text = ""
    lobby: Truth = False
    ask_consent: Truth = False
    description: Text = ""
    starts_at: Text = ""
    duration_minutes: Annotated[int, Field(strict=True)] | None = None
    timezone: Text = Field("", validation_alias=AliasChoices("timezone", "time_zone"))
    starts_itself: Truth | None = None
    rrule: Text = ""
    exceptions: list[Text] = []

    @property
    def wishes(self) -> dict[str, object]:
        """What it says of its date."""
        names = {"starts_at", "duration_minutes", "timezone", "starts_itself"}
        return self.model_dump(include=names, exclude_unset=True)


class SessionCreated(BaseModel):
    """server_url and host_token are "" for a session that is planned: there is nothing to connect to yet."""

    session_id: str
    server_url: str
    host_token: str
    created_at: Time
    message: str = "Live session created successfully"
    host_key: str
    join_url: str
    host_url: str
    member_id: str
    status: str
    starts_at: Time | None = None
    ends_at: Time | None = None
    series_id: str = ""
    series_url: str = ""


class JoinSession(WithKey):
    session_id: Text
    user_name: Text
    is_host: Truth = False
    invite: Text = ""
    password: Text = ""


class SessionWaits(BaseModel):
    """In the lobby: GET .../waiting/{waiting_id} with waiting_key as Bearer. "" if it was given before."""

    session_id: str
    status: str = "waiting"
    waiting_id: str
    waiting_key: str
    message: str = "Waiting for the host"


class SessionJoined(BaseModel):
    session_id: str
    access_token: str
    server_url: str
    role: str
    can_publish: bool
    can_subscribe: bool
    message: str = "Joined session successfully"
    member_id: str
    member_key: str


class EndSession(WithKey):
    session_id: Text


class SessionEndedAnswer(BaseModel):
    session_id: str
    ended_at: Time
    message: str = "Live session ended successfully"


class Arrive(Body):
    session_id: Text


class Arrived(BaseModel):
    session_id: str
    identity: str
    access_token: str
    server_url: str


class SessionInfo(BaseModel):
    """Public facts; people: members in the room now."""

    session_id: str
    title: str
    owner_name: str
    status: str
    listed: bool
    created_at: Time
    live_at: Time | None
    ended_at: Time | None
    people: int
    access: str
    has_password: bool
    lobby: bool
    chat: str
    slow_mode_seconds: int
    description: str
    opens_at: Time | None
    starts_at: Time | None
    ends_at: Time | None
    timezone: str
    starts_itself: bool
    series_id: str
    keep_days: int | None
    recording: bool
    ask_consent: bool


class SessionListsAnswer(BaseModel):
    """more_coming, more_past: `mine` has more of them, after these."""

    sessions: list[SessionInfo]
    mine: list[SessionInfo]
    more_coming: bool
    more_past: bool


class PostMessage(WithKey):
    text: Text
    client_id: Text | None = None


class MessageInfo(BaseModel):
    """A deleted message keeps its number and has no text."""

    message_id: str
    number: int
    member_id: str
    author_name: str
    text: str
    sent_at: FineTime
    client_id: str
    deleted: bool


class Messages(BaseModel):
    messages: list[MessageInfo]


class HealthAnswer(BaseModel):
    status: str
    database: str
    livekit: str


class ErrorAnswer(BaseModel):
    """error: a word for programs; detail: a sentence for people."""

    error: str
    detail: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route documents of them. By reference: a model would be built anew for each of them at start."""
    schema = {"$ref": f"#/components/schemas/{ErrorAnswer.__name__}"}
    return {status: {"content": {"application/json": {"schema": schema}}} for status in statuses}
