"""Join on our own page, by REST: it works before the page has its websocket.

The browser proves itself by its cookie, so the answer holds no key and never a token that administers.
"""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import Body, Text, refusals
from donfra_live.live_sessions.ticket import Ticket, ticket_of
from donfra_live.live_sessions.views import Joined

router = APIRouter(
    prefix="/api/live",
    tags=["live sessions"],
    responses=refusals(403, 404, 409, 413, 422, 429, 503),
)


class Enter(Body):
    """identity: an arrival of this browser, to be shown instead of a new connection."""

    session_id: Text
    user_name: Text
    identity: Text = ""
    invite: Text = ""
    password: Text = ""


class InLobby(BaseModel):
    session_id: str
    status: str = "waiting"


@router.post("/enter", responses={202: {"model": InLobby}})
async def enter(body: Enter, actor: ActorDep, services: ServicesDep, response: Response) -> Ticket | InLobby:
    """Our page's Join: admits this browser, or lets it wait in the lobby (202)."""
    joined = await services.admissions.join(
        actor,
        body.session_id,
        name=body.user_name,
        identity=body.identity,
        invite=body.invite,
        password=body.password,
    )
    if not isinstance(joined, Joined):
        response.status_code = 202
        return InLobby(session_id=joined.session_id)
    return ticket_of(joined)
