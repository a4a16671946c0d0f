"""What answers like a LiveKit server of some version; for versions that cannot be had any more."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from livekit import api
from livekit.protocol.models import ServerInfo
from livekit.protocol.rtc import JoinResponse, SignalResponse


def _routes(version: list[str], key: str, secret: str) -> list[web.RouteDef]:
    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="OK")

    async def room_service(request: web.Request) -> web.Response:
        api.TokenVerifier(key, secret).verify(request.headers["Authorization"].removeprefix("Bearer "))
        return web.Response(body=b"", content_type="application/protobuf")

    async def rtc(request: web.Request) -> web.WebSocketResponse:
        api.TokenVerifier(key, secret).verify(request.query["access_token"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        join = JoinResponse(server_info=ServerInfo(version=version[0]), server_version=version[0])
        await socket.send_bytes(SignalResponse(join=join).SerializeToString())
        await socket.receive()
        return socket

    return [
        web.get("/", ready),
        web.post("/twirp/livekit.RoomService/{method}", room_service),
        web.get("/rtc", rtc),
    ]


@contextlib.asynccontextmanager
async def answering(version: list[str], key: str, secret: str) -> AsyncIterator[str]:
    """Yields its address; `version[0]` may be changed meanwhile."""
    app = web.Application()
    app.add_routes(_routes(version, key, secret))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
