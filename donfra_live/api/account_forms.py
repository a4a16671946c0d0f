"""The pages' own forms: native POSTs, because only an HTTP answer can set a cookie, and they work early.

Each answers with a redirect to a page; what went wrong is a word in its address that the page knows a
sentence for. A form counts only with the key of this browser's cookie in it and from an origin of ours.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from donfra_live.accounts.rules import clean_return
from donfra_live.accounts.views import SignedIn
from donfra_live.api.accounts import set_login
from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.browser_key import form_fits
from donfra_live.errors import BadForm, DonfraError
from donfra_live.live_sessions.views import Actor

router = APIRouter(prefix="/api", include_in_schema=False)
_KIND = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """What was typed. origin: of the page it stands on, checked; "" when it cannot be trusted."""

    fields: dict[str, str]
    origin: str
    actor: Actor
    user_agent: str

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def to(self, page: str) -> RedirectResponse:
        response = RedirectResponse((self.origin or self.actor.came_by) + page, 303)
        response.headers["Cache-Control"] = "no-store"
        return response

    def refused(self, page: str, why: DonfraError) -> RedirectResponse:
        """Back to the form; the key of a one-time link stays in the fragment, where no log has it."""
        back = clean_return(self["next"])
        query = f"?error={why.code}" + (f"&next={quote(back)}" if back else "")
        return self.to(page + query + (f"#key={quote(self['key'])}" if self["key"] else ""))


async def _form(request: Request, actor: ActorDep) -> Form:
    """`actor` has refused other origins already; here one must be named, and the key must fit."""
    fields: dict[str, str] = {}
    # Our pages send nothing else, and another kind could be in any encoding.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _KIND:
        async with request.form(max_files=0, max_fields=20) as given:
            fields = {name: value for name, value in given.items() if isinstance(value, str)}
    origin, cookie = request.headers.get("origin", ""), request.headers.get("cookie", "")
    fits = bool(origin) and form_fits(cookie, fields.get("csrf"))
    return Form(fields, origin if fits else "", actor, request.headers.get("user-agent", ""))


FormDep = Annotated[Form, Depends(_form)]


async def _try(form: Form, page: str, call: Callable[[], Awaitable[Any]]) -> tuple[Any, Response | None]:
    """The call's result, or the way back to the form."""
    try:
        if not form.origin:
            raise BadForm
        return await call(), None
    except DonfraError as why:
        return None, form.refused(page, why)


async def _enter(form: Form, page: str, then: str, call: Callable[[], Awaitable[SignedIn]]) -> Response:
    """Signs in and goes on, or back to the form."""
    signed_in, back = await _try(form, page, call)
    if back is not None:
        return back
    response = form.to(clean_return(form["next"]) or then)
    set_login(response, form.actor, signed_in.key)
    return response


@router.post("/forms/sign-in")
async def sign_in(form: FormDep, services: ServicesDep) -> Response:
    own = services.accounts.own
    return await _enter(
        form,
        "/sign-in",
        "/live",
        lambda: own.sign_in(
            form.actor, email=form["email"], password=form["password"], user_agent=form.user_agent
        ),
    )


@router.post("/forms/sign-up")
async def sign_up(form: FormDep, services: ServicesDep) -> Response:
    own = services.accounts.own
    return await _enter(
        form,
        "/sign-up",
        "/live",
        lambda: own.sign_up(
            form.actor,
            email=form["email"],
            name=form["name"],
            password=form["password"],
            user_agent=form.user_agent,
        ),
    )


@router.post("/forms/setup")
async def setup(form: FormDep, services: ServicesDep) -> Response:
    links = services.accounts.links
    return await _enter(
        form,
        "/setup",
        "/admin",
        lambda: links.setup(
            form.actor,
            form["key"],
            email=form["email"],
            name=form["name"],
            password=form["password"],
            user_agent=form.user_agent,
        ),
    )


@router.post("/forms/reset")
async def reset(form: FormDep, services: ServicesDep) -> Response:
    links = services.accounts.links
    return await _enter(
        form,
        "/reset",
        "/account?done=password",
        lambda: links.reset(form.actor, form["key"], password=form["password"], user_agent=form.user_agent),
    )


@router.post("/forms/reset-mail")
async def reset_mail(form: FormDep, services: ServicesDep) -> Response:
    call = services.accounts.links.ask_for_reset
    _, back = await _try(form, "/reset", lambda: call(form.actor, form["email"]))
    return back or form.to("/reset?done=mail")


@router.post("/forms/name")
async def name(form: FormDep, services: ServicesDep) -> Response:
    _, back = await _try(form, "/account", lambda: services.accounts.own.rename(form.actor, form["name"]))
    return back or form.to("/account?done=name")


@router.post("/forms/password")
async def password(form: FormDep, services: ServicesDep) -> Response:
    call = services.accounts.own.change_password
    _, back = await _try(
        form, "/account", lambda: call(form.actor, current=form["current"], new=form["password"])
    )
    return back or form.to("/account?done=password")


@router.post("/forms/sign-out")
async def sign_out(form: FormDep, services: ServicesDep) -> Response:
    _, back = await _try(form, "/sign-in", lambda: services.accounts.own.sign_out(form.actor))
    response = back or form.to("/live")
    if back is None:
        set_login(response, form.actor, "")
    return response


def _back_address(actor: Actor) -> str:
    return f"{actor.came_by}/api/oidc/back"


@router.get("/oidc/start")
async def oidc_start(request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """Off to the OpenID provider."""
    form = Form({"next": request.query_params.get("next", "")}, "", actor, "")
    try:
        address = await services.accounts.elsewhere.begin(
            actor, back_to=_back_address(actor), return_to=form["next"]
        )
    except DonfraError as why:
        return form.refused("/sign-in", why)
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


@router.get("/oidc/back")
async def oidc_back(request: Request, actor: ActorDep, services: ServicesDep) -> Response:
    """Back from the OpenID provider."""
    form = Form({}, "", actor, request.headers.get("user-agent", ""))
    try:
        signed_in, return_to = await services.accounts.elsewhere.finish(
            actor,
            state=request.query_params.get("state"),
            code=request.query_params.get("code"),
            back_to=_back_address(actor),
            user_agent=form.user_agent,
        )
    except DonfraError as why:
        return form.refused("/sign-in", why)
    response = form.to(return_to or "/live")
    set_login(response, actor, signed_in.key)
    return response
