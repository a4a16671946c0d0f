"""Routes about people in a session: invites, the lobby, members, moderation, hands, stage, house rules."""

from typing import Annotated

from fastapi import APIRouter, Query

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import KeyActorDep, SessionId, arrived_answer, info, joined_answer, with_key
from donfra_live.api.people_schemas import (
    ActInfo,
    BringOnStage,
    Changed,
    ChangeSession,
    Decide,
    Done,
    HandOver,
    Id,
    InviteInfo,
    InviteList,
    InviteMade,
    LogAnswer,
    MakeInvite,
    MemberInfo,
    MemberList,
    Mute,
    SetRole,
    StillWaiting,
    StopWaiting,
    WaitingInfo,
    WaitingList,
)
from donfra_live.api.schemas import Arrived, SessionInfo, SessionJoined, WithKey, refusals
from donfra_live.invites.service import InviteFacts
from donfra_live.lobby.service import WaitingFacts
from donfra_live.moderation.service import MemberFacts, People

router = APIRouter(
    prefix="/api/live/{session_id}",
    tags=["people"],
    responses=refusals(401, 403, 404, 409, 413, 422, 429, 503),
)
Source = Annotated[str, Query(max_length=40)]


class Admitted(SessionJoined):
    status: str = "admitted"


def _invite(facts: InviteFacts) -> InviteInfo:
    return InviteInfo(
        invite_id=facts.id,
        role=facts.role.value,
        uses=facts.uses,
        used=facts.used,
        created_at=facts.created_at,
        expires_at=facts.expires_at,
        revoked=facts.revoked_at is not None,
        used_by=list(facts.used_by),
    )


def _waiting(facts: WaitingFacts) -> WaitingInfo:
    return WaitingInfo(
        waiting_id=facts.id,
        name=facts.name,
        role=facts.role.value,
        status=facts.decision.value,
        since=facts.since,
        has_account=facts.has_account,
    )


def _member(facts: MemberFacts) -> MemberInfo:
    return MemberInfo(
        member_id=facts.id,
        name=facts.name,
        role=facts.role.value,
        present=facts.present,
        on_stage=facts.on_stage,
        stage_until=facts.stage_until,
        hand_at=facts.hand_at,
        withheld=list(facts.withheld),
        banned=facts.banned,
        has_account=facts.has_account,
        microphone=facts.microphone,
    )


def _members(facts: list[MemberFacts]) -> MemberList:
    return MemberList(members=[_member(m) for m in facts], present=sum(m.present for m in facts))


def _people(people: People) -> MemberList:
    known = _members(people.members)
    return known.model_copy(update={"waiting": people.waiting, "observers": people.observers})


@router.patch("")
async def change(
    session_id: SessionId, body: ChangeSession, actor: ActorDep, services: ServicesDep
) -> SessionInfo:
    """Chat, slow mode and lobby (hosts and co-hosts); access, password, title, date, keep_days (hosts).

    Seats stay.
    """
    changes = body.model_dump(exclude_unset=True, exclude={"host_key", "member_key"})
    return info(await services.scheduling.dates.change(with_key(actor, body.key), session_id, changes))


@router.post("/invites", status_code=201)
async def make_invite(
    session_id: SessionId, body: MakeInvite, actor: ActorDep, services: ServicesDep
) -> InviteMade:
    """A link that admits with a role below one's own. uses 0: any number of times."""
    actor = with_key(actor, body.key)
    made = await services.invites.create(
        actor, session_id, role=body.role, uses=body.uses, expires_at=body.expires_at
    )
    url = f"{actor.to_share}/live/{session_id}#invite={made.token}"
    return InviteMade(**dict(_invite(made)), token=made.token, url=url)


@router.get("/invites")
async def list_invites(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> InviteList:
    """With who used which."""
    return InviteList(invites=[_invite(i) for i in await services.invites.list(actor, session_id)])


@router.delete("/invites/{invite_id}")
async def revoke_invite(
    session_id: SessionId, invite_id: Id, actor: KeyActorDep, services: ServicesDep
) -> InviteInfo:
    """Nobody comes in by it any more; who is in stays."""
    return _invite(await services.invites.revoke(actor, session_id, invite_id))


@router.get("/waiting")
async def list_waiting(
    session_id: SessionId, actor: ActorDep, services: ServicesDep, denied: bool = False
) -> WaitingList:
    """Who waits in the lobby, first come first; with `denied` who was denied, the last one first."""
    people = await services.lobby.list(actor, session_id, denied=denied)
    return WaitingList(waiting=[_waiting(person) for person in people])


@router.post("/waiting/admit")
async def admit_all(session_id: SessionId, body: WithKey, actor: ActorDep, services: ServicesDep) -> Changed:
    """Lets everybody in who waits."""
    actor = with_key(actor, body.key)
    return Changed(changed=await services.lobby.admit_all(actor, session_id))


@router.post("/waiting/leave")
async def leave_lobby(
    session_id: SessionId, body: StopWaiting, actor: ActorDep, services: ServicesDep
) -> Done:
    """Stops waiting: his waiting_key as Bearer, or the browser's cookie. He may knock again."""
    await services.lobby.leave(with_key(actor, body.key), session_id, for_good=body.for_good)
    return Done()


@router.get("/waiting/{waiting_id}")
async def ask_waiting(
    session_id: SessionId, waiting_id: Id, actor: ActorDep, services: ServicesDep
) -> Admitted | StillWaiting:
    """For who waits: his waiting_key as Bearer. Admitted: the fields of join; the key is his member_key."""
    decision, joined = await services.lobby.ask(actor, session_id, waiting_id)
    if joined is None:
        return StillWaiting(session_id=session_id, status=decision.value)
    return Admitted(**dict(joined_answer(joined)))


@router.post("/waiting/{waiting_id}")
async def decide(
    session_id: SessionId, waiting_id: Id, body: Decide, actor: ActorDep, services: ServicesDep
) -> WaitingInfo:
    """decision: admit or deny."""
    actor = with_key(actor, body.key)
    return _waiting(await services.lobby.decide(actor, session_id, waiting_id, decision=body.decision))


@router.get("/members")
async def list_members(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> MemberList:
    """Everybody admitted; removed people only for hosts and co-hosts."""
    return _people(await services.moderation.people(actor, session_id))


@router.post("/members/mute")
async def mute_all(session_id: SessionId, body: Mute, actor: ActorDep, services: ServicesDep) -> Changed:
    """Everybody below one's own role. hold: they cannot turn it on again."""
    actor = with_key(actor, body.key)
    done = await services.moderation.mute_all(actor, session_id, source=body.source, hold=body.hold)
    return Changed(changed=done)


@router.patch("/members/{member_id}")
async def set_role(
    session_id: SessionId, member_id: Id, body: SetRole, actor: ActorDep, services: ServicesDep
) -> MemberInfo:
    """co_host, speaker or viewer; no reconnect."""
    actor = with_key(actor, body.key)
    return _member(await services.moderation.set_role(actor, session_id, member_id, role=body.role))


@router.post("/members/{member_id}/mute")
async def mute(
    session_id: SessionId, member_id: Id, body: Mute, actor: ActorDep, services: ServicesDep
) -> MemberInfo:
    """source: microphone, camera or screen_share. hold: he cannot turn it on again."""
    actor = with_key(actor, body.key)
    return _member(
        await services.moderation.mute(actor, session_id, member_id, source=body.source, hold=body.hold)
    )


@router.delete("/members/{member_id}/mute")
async def allow(
    session_id: SessionId,
    member_id: Id,
    actor: KeyActorDep,
    services: ServicesDep,
    source: Source = "microphone",
) -> MemberInfo:
    """Gives a held source back; he turns it on himself."""
    return _member(await services.moderation.allow(actor, session_id, member_id, source=source))


@router.delete("/members/{member_id}")
async def remove(
    session_id: SessionId, member_id: Id, actor: KeyActorDep, services: ServicesDep
) -> MemberInfo:
    """Puts somebody out and keeps him out: his browser, account, keys and tokens."""
    return _member(await services.moderation.remove(actor, session_id, member_id))


@router.delete("/bans/{member_id}")
async def lift_ban(
    session_id: SessionId, member_id: Id, actor: KeyActorDep, services: ServicesDep
) -> MemberInfo:
    """He may come in again."""
    return _member(await services.moderation.lift_ban(actor, session_id, member_id))


@router.post("/host")
async def hand_over(
    session_id: SessionId, body: HandOver, actor: ActorDep, services: ServicesDep
) -> MemberInfo:
    """Makes a member host. keep: the asker stays host as well."""
    actor = with_key(actor, body.key)
    return _member(await services.moderation.hand_over(actor, session_id, body.member_id, keep=body.keep))


@router.get("/hands")
async def hands(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> MemberList:
    """Raised hands, first come first."""
    return _members(await services.stage.hands(actor, session_id))


@router.post("/hands")
async def raise_hand(
    session_id: SessionId, body: WithKey, actor: ActorDep, services: ServicesDep
) -> MemberInfo:
    """Raises one's own hand."""
    return _member(await services.stage.raise_hand(with_key(actor, body.key), session_id))


@router.delete("/hands")
async def lower_hand(
    session_id: SessionId, actor: KeyActorDep, services: ServicesDep, everybody: bool = False
) -> MemberInfo | Changed:
    """Lowers one's own hand; `?everybody=true` clears the queue (hosts and co-hosts)."""
    if everybody:
        return Changed(changed=await services.stage.clear_hands(actor, session_id))
    return _member(await services.stage.lower_hand(actor, session_id))


@router.delete("/hands/{member_id}")
async def lower_one(
    session_id: SessionId, member_id: Id, actor: KeyActorDep, services: ServicesDep
) -> Changed:
    """Lowers somebody's hand (hosts and co-hosts)."""
    return Changed(changed=await services.stage.clear_hands(actor, session_id, member_id))


@router.put("/stage/{member_id}")
async def bring(
    session_id: SessionId, member_id: Id, body: BringOnStage, actor: ActorDep, services: ServicesDep
) -> MemberInfo:
    """On stage with camera and microphone, for `seconds` or until taken off; no reconnect."""
    actor = with_key(actor, body.key)
    return _member(await services.stage.bring(actor, session_id, member_id, seconds=body.seconds))


@router.delete("/stage/{member_id}")
async def take_off(
    session_id: SessionId, member_id: Id, actor: KeyActorDep, services: ServicesDep
) -> MemberInfo:
    """Off stage; one may step down oneself."""
    return _member(await services.stage.take_off(actor, session_id, member_id))


@router.post("/observe")
async def observe(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> Arrived:
    """For admins, where OBSERVERS allows it: a connection that only watches. The moderators are told."""
    return arrived_answer(await services.observing.observe(actor, session_id))


@router.get("/log")
async def log(session_id: SessionId, actor: ActorDep, services: ServicesDep) -> LogAnswer:
    """Every act of moderation and who did it, newest first."""
    acts = await services.moderation.log(actor, session_id)
    return LogAnswer(
        log=[
            ActInfo(at=a.at, actor_name=a.actor_name, act=a.act, target_name=a.target_name, detail=a.detail)
            for a in acts
        ]
    )
