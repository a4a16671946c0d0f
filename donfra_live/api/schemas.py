"""Bodies of the REST API: what comes in and what goes out. Strict: a number is no text, "yes" is no truth."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

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


class CreateSession(Body):
    title: Text
    owner_name: Text
    listed: Truth = False


class SessionCreated(BaseModel):
    session_id: str
    server_url: str
    host_token: str
    created_at: Time
    message: str = "Live session created successfully"
    host_key: str
    join_url: str
    host_url: str
    member_id: str


class JoinSession(Body):
    session_id: Text
    user_name: Text
    is_host: Truth = False
    host_key: Text = ""
    member_key: Text = ""


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


class EndSession(Body):
    session_id: Text
    host_key: Text = ""


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


class SessionListsAnswer(BaseModel):
    sessions: list[SessionInfo]
    mine: list[SessionInfo]


class PostMessage(Body):
    text: Text
    client_id: Text | None = None
    member_key: Text = ""


class MessageInfo(BaseModel):
    number: int
    member_id: str
    author_name: str
    text: str
    sent_at: FineTime
    client_id: str


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
