"""Routes of consent to be recorded: whether one is asked, one's answer, who answered what."""

from fastapi import APIRouter
from pydantic import BaseModel

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import SessionId, with_key
from donfra_live.api.people_schemas import Id
from donfra_live.api.schemas import FineTime, Truth, WithKey, refusals
from donfra_live.recordings.consent import Asked

router = APIRouter(prefix="/api", tags=["recordings"], responses=refusals(401, 403, 404, 409, 422))


class GiveConsent(WithKey):
    agree: Truth


class AskedInfo(BaseModel):
    """recording_id: that asks now, "" for none. agreed: null while there is no answer."""

    recording_id: str
    agreed: bool | None


class ConsentInfo(BaseModel):
    member_id: str
    name: str
    agreed: bool
    at: FineTime


class ConsentList(BaseModel):
    """silent: how many are in the room and have not answered."""

    consents: list[ConsentInfo]
    silent: int


def _asked(asked: Asked) -> AskedInfo:
    return AskedInfo(recording_id=asked.recording_id, agreed=asked.agreed)


@router.get("/live/{session_id}/consent")
async def asked(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> AskedInfo:
    """Whether a recording that runs asks for consent, and what one has said."""
    return _asked(await services.consents.asked(actor, session_id))


@router.post("/recordings/{recording_id}/consent")
async def answer(recording_id: Id, actor: ActorDep, services: ServicesDep, body: GiveConsent) -> AskedInfo:
    """Whether one may be seen and heard in it; changed as long as it runs."""
    return _asked(await services.consents.answer(with_key(actor, body.key), recording_id, body.agree))


@router.get("/recordings/{recording_id}/consents")
async def consents(recording_id: Id, actor: ActorDep, services: ServicesDep) -> ConsentList:
    """Who answered what, for hosts and co-hosts."""
    answers = await services.consents.list(actor, recording_id)
    given = [ConsentInfo(member_id=a.member_id, name=a.name, agreed=a.agreed, at=a.at) for a in answers.given]
    return ConsentList(consents=given, silent=answers.silent)
