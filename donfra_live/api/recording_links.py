"""Routes of links to a recording: make, list, revoke; open one, and what it shows."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.live import KeyActorDep, with_key
from donfra_live.api.people_schemas import Count, Id
from donfra_live.api.schemas import Body, Text, Time, WithKey, refusals
from donfra_live.recordings import watch_cookie
from donfra_live.recordings.links import Film, LinkFacts

router = APIRouter(
    prefix="/api/recordings", tags=["recordings"], responses=refusals(401, 403, 404, 409, 422, 429)
)


class MakeLink(WithKey):
    """days: 1, 7, 30, or 0 for a link without end."""

    days: Count = 7


class LinkInfo(BaseModel):
    link_id: str
    made_by: str
    created_at: Time
    expires_at: Time | None
    revoked: bool
    opened: int


class LinkMade(LinkInfo):
    """url is shown this once: only a hash of its secret is stored."""

    url: str


class LinkList(BaseModel):
    links: list[LinkInfo]


class Watch(Body):
    """token: what stands in the link after #watch=."""

    token: Text


class LinkOpened(BaseModel):
    """own: the asker may watch it without the link, so he got no cookie."""

    recording_id: str
    session_id: str
    own: bool


class FilmMark(BaseModel):
    at: float
    title: str


class FilmInfo(BaseModel):
    """What who has a link only is told. missing: its file is not there any more."""

    recording_id: str
    session_id: str
    session_title: str
    title: str
    created_at: Time
    seconds: float
    audio_only: bool
    has_captions: bool
    markers: list[FilmMark]
    missing: bool


def _info(link: LinkFacts) -> LinkInfo:
    return LinkInfo(
        link_id=link.id,
        made_by=link.made_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
        revoked=link.revoked,
        opened=link.opened,
    )


def _film(film: Film) -> FilmInfo:
    one = film.recording
    return FilmInfo(
        recording_id=one.id,
        session_id=one.session_id,
        session_title=film.session_title,
        title=one.title,
        created_at=one.created_at,
        seconds=round(one.seconds, 3),
        audio_only=one.audio_only,
        has_captions=one.has_captions,
        markers=[FilmMark(at=mark.at, title=mark.title) for mark in one.markers],
        missing=one.missing,
    )


@router.post("/watch")
async def watch(body: Watch, actor: ActorDep, services: ServicesDep, response: Response) -> LinkOpened:
    """Opens a link: a cookie for this one recording, which ends when the link does."""
    opened = await services.links.open(actor, body.token)
    if not opened.own:
        secure = actor.came_by.startswith("https")
        response.headers.append(
            "Set-Cookie", watch_cookie.set_cookie_header(body.token, opened.recording_id, secure=secure)
        )
    return LinkOpened(recording_id=opened.recording_id, session_id=opened.session_id, own=opened.own)


@router.get("/{recording_id}/watching")
async def watching(recording_id: Id, actor: ActorDep, services: ServicesDep) -> FilmInfo:
    """For our own page: the film that a link leads to, while the link is valid."""
    return _film(await services.links.watching(actor, recording_id))


@router.post("/{recording_id}/links", status_code=201)
async def create(recording_id: Id, actor: ActorDep, services: ServicesDep, body: MakeLink) -> LinkMade:
    """A link by which anybody watches a recording that is ready. For hosts and co-hosts."""
    made = await services.links.create(with_key(actor, body.key), recording_id, days=body.days)
    url = f"{actor.to_share}/live/{made.session_id}#watch={made.token}"
    return LinkMade(**dict(_info(made)), url=url)


@router.get("/{recording_id}/links")
async def links(recording_id: Id, actor: ActorDep, services: ServicesDep) -> LinkList:
    """Its links, the newest first; none of them can be shown again."""
    return LinkList(links=[_info(link) for link in await services.links.list(actor, recording_id)])


@router.delete("/{recording_id}/links/{link_id}", status_code=204)
async def revoke(recording_id: Id, link_id: Id, actor: KeyActorDep, services: ServicesDep) -> Response:
    """Nobody watches by it any more, also who is just watching."""
    await services.links.revoke(actor, recording_id, link_id)
    return Response(status_code=204)
