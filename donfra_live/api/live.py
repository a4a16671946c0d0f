"""Routes of live sessions: parse, call one service method, answer."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import (
    Arrive,
    Arrived,
    CreateSession,
    EndSession,
    JoinSession,
    SessionCreated,
    SessionEndedAnswer,
    SessionInfo,
    SessionJoined,
    SessionListsAnswer,
    SessionWaits,
    WithKey,
    refusals,
)
from donfra_live.live_sessions.service import LIST_LENGTH
from donfra_live.live_sessions.views import Actor, Arrival, Created, Joined, SessionFacts

router = APIRouter(
    prefix="/api/live",
    tags=["live sessions"],
    responses=refusals(401, 403, 404, 409, 413, 422, 429, 503),
)
_GIVEN = {"title", "owner_name", "listed", "access", "password", "lobby", "ask_consent", "description"}
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
        access=facts.access.value,
        has_password=facts.has_password,
        lobby=facts.lobby,
        chat=facts.chat.value,
        slow_mode_seconds=facts.slow_mode_seconds,
        description=facts.description,
        opens_at=facts.opens_at,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        timezone=facts.time_zone,
        starts_itself=facts.starts_itself,
        series_id=facts.series_id,
        keep_days=facts.keep_days,
        recording=facts.recording,
        ask_consent=facts.ask_consent,
    )


def with_key(actor: Actor, key: str) -> Actor:
    """Without proof of his own a request is judged by its cookie; a key in the body comes first."""
    return replace(actor, key=key) if key else actor


def key_actor(actor: ActorDep, body: WithKey | None = None) -> Actor:
    """For DELETE, whose body may be left out."""
    return with_key(actor, body.key) if body else actor


KeyActorDep = Annotated[Actor, Depends(key_actor)]


@router.post("/create", status_code=201)
async def create(body: CreateSession, actor: ActorDep, services: ServicesDep) -> SessionCreated:
    """On air at once, or planned for `starts_at`; with `rrule` a series. `host_key` proves you its host."""
    given = body.model_dump(include=_GIVEN)
    if body.rrule or "starts_at" in body.wishes:
        given |= {"wishes": body.wishes, "rrule": body.rrule, "exceptions": body.exceptions}
        planned = await services.scheduling.plan(actor, **given)
        return created_answer(actor, planned, None)
    created, host = await services.admissions.create_on_air(actor, **given)
    return created_answer(actor, created, host)


def created_answer(actor: Actor, created: Created, host: Joined | None) -> SessionCreated:
    """host: his connection, for a session on air."""
    facts, path = created.facts, f"/live/{created.facts.id}"
    return SessionCreated(
        session_id=facts.id,
        server_url=host.server_url if host else "",
        host_token=host.token if host else "",
        created_at=facts.created_at,
        host_key=created.host_key,
        join_url=actor.to_share + path,
        host_url=f"{actor.came_by}{path}#host_key={created.host_key}",
        member_id=created.member_id,
        status=facts.status.value,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        series_id=facts.series_id,
        series_url=f"{actor.to_share}/series/{facts.series_id}" if facts.series_id else "",
    )


def joined_answer(joined: Joined) -> SessionJoined:
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


@router.post("/join", responses={202: {"model": SessionWaits}})
async def join(
    body: JoinSession, actor: ActorDep, services: ServicesDep, response: Response
) -> SessionJoined | SessionWaits:
    """Admits somebody, or lets him wait in the lobby (202). `is_host` needs proof: Bearer or host_key."""
    joined = await services.admissions.join(
        with_key(actor, body.key),
        body.session_id,
        name=body.user_name,
        as_host=body.is_host,
        invite=body.invite,
        password=body.password,
        api_client=True,
    )
    if isinstance(joined, Joined):
        return joined_answer(joined)
    response.status_code = 202
    return SessionWaits(session_id=joined.session_id, waiting_id=joined.waiting_id, waiting_key=joined.key)


@router.post("/end")
async def end(body: EndSession, actor: ActorDep, services: ServicesDep) -> SessionEndedAnswer:
    """Ends the session for everybody. Needs the host's proof."""
    over = await services.sessions.end(with_key(actor, body.key), body.session_id)
    return SessionEndedAnswer(session_id=over.id, ended_at=over.ended_at)


def arrived_answer(arrival: Arrival) -> Arrived:
    return Arrived(
        session_id=arrival.session_id,
        identity=arrival.identity,
        access_token=arrival.token,
        server_url=arrival.server_url,
    )


@router.post("/arrival")
async def arrive(body: Arrive, actor: ActorDep, services: ServicesDep) -> Arrived:
    """A hidden connection for our own page, before Join: no media, no data."""
    return arrived_answer(await services.admissions.arrive(actor, body.session_id))


class When(StrEnum):
    COMING = "coming"
    PAST = "past"


@router.get("/sessions")
async def sessions(
    actor: ActorDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=200, description="own sessions of each kind")] = LIST_LENGTH,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="after how many of each kind")] = 0,
    when: Annotated[When | None, Query(description="only one kind of own sessions")] = None,
) -> SessionListsAnswer:
    """Listed sessions that are not over, and the asker's own: to come (the next first), then past."""
    coming, past = (0 if when == other else limit for other in (When.PAST, When.COMING))
    lists = await services.sessions.lists(actor, coming=coming, past=past, offset=offset)
    return SessionListsAnswer(
        sessions=[info(f) for f in lists.listed],
        mine=[info(f) for f in lists.mine],
        more_coming=lists.more_coming,
        more_past=lists.more_past,
    )


@router.get("/{session_id}")
async def facts(session_id: SessionId, services: ServicesDep) -> SessionInfo:
    """What anybody with the link may know."""
    return info(await services.sessions.facts(session_id))
