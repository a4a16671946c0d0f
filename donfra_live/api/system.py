"""Health, the browser key, and LiveKit's webhooks."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import HealthAnswer
from donfra_live.browser_key import missing_cookies

router = APIRouter(prefix="/api", tags=["system"])
WebhookSink = Callable[[bytes, str], Awaitable[None]]


@router.get("/health")
async def health(response: Response, services: ServicesDep) -> HealthAnswer:
    """200 when database and media server answer, else 503 and which of them does not."""
    report = await services.health.report()
    response.status_code = 200 if report.ok else 503
    return HealthAnswer(
        status="ok" if report.ok else "unhealthy", database=report.database, livekit=report.livekit
    )


@router.get("/browser", status_code=204)
async def browser(request: Request, actor: ActorDep) -> Response:
    """Gives this browser its key, an HttpOnly cookie, unless it has one. For development's two ports."""
    response = Response(status_code=204)
    secure = actor.came_by.startswith("https")
    for cookie in missing_cookies(request.headers.get("cookie", ""), secure=secure):
        response.headers.append("Set-Cookie", cookie)
    return response


@router.post("/livekit/webhook", include_in_schema=False)
async def webhook(request: Request) -> Response:
    """Verified and stored before it is answered; worked on after that."""
    sink: WebhookSink = request.app.state.webhook_sink
    body = await request.body()
    async with asyncio.timeout(10):
        await sink(body, request.headers.get("authorization", ""))
    return Response(status_code=200)
