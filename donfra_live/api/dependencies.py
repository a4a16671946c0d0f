"""Who is asking, from a request; refuses other sites' pages that would use our cookies."""

from typing import Annotated

from fastapi import Depends, Request

from donfra_live.asking import Handshake
from donfra_live.errors import NotAllowed
from donfra_live.live_sessions.views import Actor
from donfra_live.services import Services
from donfra_live.settings import Settings


def handshake_of(request: Request) -> Handshake:
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(request.headers.raw)
    }
    # Proxies that add a line of their own instead of lengthening the client's count as well.
    if "x-forwarded-for" in headers:
        headers["x-forwarded-for"] = ", ".join(request.headers.getlist("x-forwarded-for"))
    peer = request.client.host if request.client else ""
    return Handshake(peer=peer, scheme=request.scope.get("scheme", "http"), headers=headers)


# Asynchronous although nothing waits: FastAPI hands a plain function to a thread, at every request.
async def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


async def actor_of(request: Request) -> Actor:
    """Raises NotAllowed for another site's page that would use our cookie, NoProof for a wrong API token."""
    # Called here: as dependencies of this one they cost a twentieth of a join.
    services = await services_of(request)
    settings: Settings = request.app.state.settings
    shake = handshake_of(request)
    origin = shake.headers.get("origin", "")
    if origin and origin not in settings.origins and origin != services.asking.came_by(shake):
        raise NotAllowed("This page may not call us. The operator can add its address to ALLOWED_ORIGINS.")
    return await services.asking.actor(shake)


ActorDep = Annotated[Actor, Depends(actor_of)]
