"""The REST API in the same process, asked as by somebody on this machine."""

import functools
from typing import Any

import httpx
from fastapi import FastAPI

from donfra_live.api.app import build_api
from donfra_live.api.system import WebhookSink
from donfra_live.services import Services
from donfra_live.settings import Settings
from tests.world import World

ORIGIN = "http://localhost:8080"


async def nowhere(body: bytes, authorization: str) -> None:
    """For the media server's webhooks: there is none."""


@functools.cache
def _app() -> FastAPI:
    """One for all tests: FastAPI works a route out when it is first asked for, which takes longer than the
    answers of a test."""
    nobody: Any = None
    return build_api(nobody, nobody, nobody)


def api_with(services: Services, settings: Settings, webhook_sink: WebhookSink = nowhere) -> FastAPI:
    """The app with these behind it, until it is asked for again."""
    state = _app().state
    state.services, state.settings, state.webhook_sink = services, settings, webhook_sink
    return _app()


def api_of(world: World, settings: Settings) -> FastAPI:
    return api_with(world.services(settings), settings)


def client_of(app: Any, *, path: str = "", strict: bool = True, **options: Any) -> httpx.AsyncClient:
    """path: what all addresses begin with. strict: an error of the app is the test's."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 5000), raise_app_exceptions=strict)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN + path, **options)
