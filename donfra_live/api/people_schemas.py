"""Bodies of the routes about people: invites, lobby, members, hands, stage, the house rules."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AliasChoices, BaseModel, Field

from donfra_live.api.schemas import FineTime, Text, Time, Truth, WithKey

Id = Annotated[str, Path(max_length=100)]
Count = Annotated[int, Field(strict=True)]


class Done(BaseModel):
    message: str = "Done"


class Changed(BaseModel):
    """How many people it concerned."""

    changed: int


class Deleted(BaseModel):
    """How many rows and files it was."""

    deleted: int


class React(WithKey):
    reaction: Text


class MakeInvite(WithKey):
    role: Text = "viewer"
    uses: Count = 0
    expires_at: datetime | None = None


class InviteInfo(BaseModel):
    invite_id: str
    role: str
    uses: int
    used: int
    created_at: Time
    expires_at: Time | None
    revoked: bool
    used_by: list[str]


class InviteMade(InviteInfo):
    """token and url are shown this once; opened, the link admits nobody before Join is pressed."""

    token: str
    url: str


class InviteList(BaseModel):
    invites: list[InviteInfo]


class WaitingInfo(BaseModel):
    waiting_id: str
    name: str
    role: str
    status: str
    since: Time
    has_account: bool


class WaitingList(BaseModel):
    waiting: list[WaitingInfo]


class Decide(WithKey):
    decision: Text


class StopWaiting(WithKey):
    """for_good: false when a page is closed, which goes on waiting when it is opened again."""

    for_good: Truth = True


class StillWaiting(BaseModel):
    """status: waiting or denied; an admitted one gets the fields of join as well."""

    session_id: str
    status: str


class MemberInfo(BaseModel):
    """microphone: whether it is on, in the list of members; null for who is not in the room."""

    member_id: str
    name: str
    role: str
    present: bool
    on_stage: bool
    stage_until: Time | None
    hand_at: FineTime | None
    withheld: list[str]
    banned: bool
    has_account: bool
    microphone: bool | None


class MemberList(BaseModel):
    """How many are in the room; in the lobby, and admins who watch unseen: null for who may not know."""

    members: list[MemberInfo]
    present: int
    waiting: int | None = None
    observers: int | None = None


class SetRole(WithKey):
    role: Text


class HandOver(WithKey):
    member_id: Text
    keep: Truth = False


class Mute(WithKey):
    source: Text = "microphone"
    hold: Truth = False


class BringOnStage(WithKey):
    seconds: Count = 0


class ChangeSession(WithKey):
    """Only what is named changes; password "" removes it."""

    chat: Text | None = None
    slow_mode_seconds: Count | None = None
    lobby: Truth | None = None
    ask_consent: Truth | None = None
    access: Text | None = None
    password: Text | None = None
    title: Text | None = None
    description: Text | None = None
    starts_at: Text | None = None
    duration_minutes: Count | None = None
    timezone: Text | None = Field(None, validation_alias=AliasChoices("timezone", "time_zone"))
    starts_itself: Truth | None = None
    keep_days: Count | None = None


class ActInfo(BaseModel):
    at: FineTime
    actor_name: str
    act: str
    target_name: str
    detail: str


class LogAnswer(BaseModel):
    log: list[ActInfo]
