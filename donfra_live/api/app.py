"""The FastAPI application: routes, one renderer of errors, a documentation page of our own."""

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from donfra_live import __version__
from donfra_live.api import (
    account_forms,
    accounts,
    attendance,
    docs,
    enter,
    live,
    messages,
    people,
    recording_consent,
    recording_links,
    recordings,
    retention,
    scheduling,
    stats,
    system,
    webhooks,
)
from donfra_live.api.quick import Quick
from donfra_live.api.schemas import ErrorAnswer
from donfra_live.api.system import WebhookSink
from donfra_live.errors import DonfraError, NotFound, NotOpenYet, TooManyRequests
from donfra_live.services import Services
from donfra_live.settings import Settings

log = logging.getLogger(__name__)
# Of two that fit a path the first one answers. All before it are tried, so what is asked most comes first.
PARTS = (
    live,
    enter,
    system,
    retention,
    accounts,
    account_forms,
    messages,
    people,
    attendance,
    scheduling,
    stats,
    webhooks,
    recordings,
    recording_links,
    recording_consent,
)
# Asked by many at once.
QUICK = (live.join, live.create, live.arrive, enter.enter)


def _answer(status: int, error: str, detail: str, *, opens_at: str = "", **headers: str) -> JSONResponse:
    more = {"opens_at": opens_at} if opens_at else {}
    return JSONResponse({"error": error, "detail": detail, **more}, status, headers=headers)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DonfraError):
        raise error
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyRequests) else {}
    opens_at = error.opens_at.isoformat(timespec="seconds") if isinstance(error, NotOpenYet) else ""
    return _answer(error.status_code, error.code, error.sentence, opens_at=opens_at, **headers)


async def _bad_body(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    parts = (f"{'.'.join(str(p) for p in e['loc'][1:]) or 'body'}: {e['msg']}" for e in error.errors()[:5])
    return _answer(422, "bad_input", "; ".join(parts))


async def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    words = {404: "not_found", 405: "method_not_allowed"}
    return _answer(error.status_code, words.get(error.status_code, "error"), str(error.detail))


def _gone(_: Request, error: Exception) -> Response:
    """While a route read its body; nobody is there to be answered."""
    return Response(status_code=400)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(500, "error", DonfraError.sentence)


def _unknown(rest: str) -> None:
    raise NotFound(f"There is nothing at /api/{rest[:100]}. See /api/docs.")


def _docs(request: Request) -> HTMLResponse:
    policy = {"Content-Security-Policy": docs.POLICY}
    return HTMLResponse(docs.render(request.app.openapi()), headers=policy)


class Api(FastAPI):
    """Its documentation holds what `refusals` refers to."""

    def openapi(self) -> dict[str, Any]:
        schema = super().openapi()
        schema["components"]["schemas"].setdefault(ErrorAnswer.__name__, ErrorAnswer.model_json_schema())
        return schema


def build_api(services: Services, settings: Settings, webhook_sink: WebhookSink) -> FastAPI:
    """The application under /api; Reflex mounts the pages around it."""
    api = Api(
        title="donfra live",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    api.state.services, api.state.settings, api.state.webhook_sink = services, settings, webhook_sink
    for kind, handler in (
        (DonfraError, _ours),
        (RequestValidationError, _bad_body),
        (HTTPException, _http),
        (ClientDisconnect, _gone),
        (Exception, _unexpected),
    ):
        api.add_exception_handler(kind, handler)
    api.add_api_route("/api/docs", _docs, include_in_schema=False)
    for part in PARTS:
        api.include_router(part.router)
    routes = [route for part in PARTS for route in part.router.routes if isinstance(route, APIRoute)]
    api.add_middleware(Quick, routes=[route for route in routes if route.endpoint in QUICK], refuse=_ours)
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    api.add_api_route("/api/{rest:path}", _unknown, methods=every, include_in_schema=False)
    return api
