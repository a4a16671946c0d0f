"""Routes of live sessions: parse, call one service method, answer."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import (
    Arrive,
    Arrived,
    CreateSession,
    EndSession,
    ErrorAnswer,
    JoinSession,
    SessionCreated,
    SessionEndedAnswer,
    SessionInfo,
    SessionJoined,
    SessionListsAnswer,
)
from donfra_live.errors import NoProof
from donfra_live.live_sessions.views import Actor, SessionFacts

router = APIRouter(
    prefix="/api/live",
    tags=["live sessions"],
    responses={status: {"model": ErrorAnswer} for status in (401, 403, 404, 409, 413, 422, 429, 503)},
)
SessionId = Annotated[str, Path(max_length=100)]


def info(facts: SessionFacts) -> SessionInfo:
    return SessionInfo(
        session_id=facts.id,
        title=facts.title,
        owner_name=facts.owner_name,
        status=facts.status.value,
        listed=facts.listed,
        created_at=facts.created_at,
        live_at=facts.live_at,
        ended_at=facts.ended_at,
        people=facts.people,
    )


def with_key(actor: Actor, key: str) -> Actor:
    """Without proof of his own a request is judged by its cookie; a key in the body comes first."""
    return replace(actor, key=key) if key else actor


@router.post("/create", status_code=201)
async def create(body: CreateSession, actor: ActorDep, services: ServicesDep) -> SessionCreated:
    """Makes a session that is on air at once. `host_key` proves later that you are its host."""
    created, host = await services.admissions.create_on_air(
        actor, title=body.title, owner_name=body.owner_name, listed=body.listed
    )
    page = f"{actor.came_by}/live/{created.facts.id}"
    return SessionCreated(
        session_id=created.facts.id,
        server_url=host.server_url,
        host_token=host.token,
        created_at=created.facts.created_at,
        host_key=created.host_key,
        join_url=page,
        host_url=f"{page}#host_key={created.host_key}",
        member_id=created.member_id,
    )


@router.post("/join")
async def join(body: JoinSession, actor: ActorDep, services: ServicesDep) -> SessionJoined:
    """Admits somebody. `is_host` needs proof: Bearer host_token, or host_key in the body."""
    joined = await services.admissions.join(
        with_key(actor, body.host_key or body.member_key),
        body.session_id,
        name=body.user_name,
        as_host=body.is_host,
        api_client=True,
    )
    return SessionJoined(
        session_id=joined.session_id,
        access_token=joined.token,
        server_url=joined.server_url,
        role=joined.role.value,
        can_publish=joined.can_publish,
        can_subscribe=joined.can_subscribe,
        member_id=joined.member_id,
        member_key=joined.member_key,
    )


@router.post("/end")
async def end(body: EndSession, actor: ActorDep, services: ServicesDep) -> SessionEndedAnswer:
    """Ends the session for everybody. Needs the host's proof."""
    facts = await services.sessions.end(with_key(actor, body.host_key), body.session_id)
    if facts.ended_at is None:
        raise NoProof
    return SessionEndedAnswer(session_id=facts.id, ended_at=facts.ended_at)


@router.post("/arrival")
async def arrive(body: Arrive, actor: ActorDep, services: ServicesDep) -> Arrived:
    """A hidden connection for our own page, before Join: no media, no data."""
    arrival = await services.admissions.arrive(actor, body.session_id)
    return Arrived(
        session_id=arrival.session_id,
        identity=arrival.identity,
        access_token=arrival.token,
        server_url=arrival.server_url,
    )


@router.get("/sessions")
async def sessions(actor: ActorDep, services: ServicesDep) -> SessionListsAnswer:
    """Listed sessions that are not over, and the asking browser's own."""
    lists = await services.sessions.lists(actor)
    return SessionListsAnswer(sessions=[info(f) for f in lists.listed], mine=[info(f) for f in lists.mine])


@router.get("/{session_id}")
async def facts(session_id: SessionId, services: ServicesDep) -> SessionInfo:
    """What anybody with the link may know."""
    return info(await services.sessions.facts(session_id))
