"""The REST API in the same process, asked as by somebody on this machine."""

from typing import Any

import httpx
from fastapi import FastAPI

from donfra_live.api.app import build_api
from donfra_live.settings import Settings
from tests.world import World

ORIGIN = "http://localhost:8080"


async def _nowhere(body: bytes, authorization: str) -> None:
    """For the media server's webhooks: there is none."""


def api_of(world: World, settings: Settings) -> FastAPI:
    return build_api(world.services(settings), settings, _nowhere)


def client_of(app: Any, *, path: str = "", strict: bool = True, **options: Any) -> httpx.AsyncClient:
    """path: what all addresses begin with. strict: an error of the app is the test's."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 5000), raise_app_exceptions=strict)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN + path, **options)
