"""Routes of accounts and personal API tokens: parse, call one service method, answer."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from donfra_live.accounts import login_cookie
from donfra_live.accounts.people import MOST_SHOWN, PAGE
from donfra_live.accounts.views import AccountView
from donfra_live.api.account_schemas import (
    AccountAdded,
    AccountInfo,
    Accounts,
    AddAccount,
    ApiTokens,
    ChangeAccount,
    ChangePassword,
    LoginInfo,
    Logins,
    NameToken,
    Rename,
    ResetLink,
    SignIn,
    SignUp,
    TokenInfo,
    TokenMade,
)
from donfra_live.api.dependencies import ActorDep, ServicesDep
from donfra_live.api.schemas import refusals
from donfra_live.live_sessions.views import Actor

router = APIRouter(
    prefix="/api",
    tags=["accounts"],
    responses=refusals(401, 403, 404, 409, 413, 422, 429),
)
Id = Annotated[str, Path(max_length=100)]


def info(account: AccountView) -> AccountInfo:
    return AccountInfo(
        account_id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        disabled=account.disabled,
        has_password=account.has_password,
        created_at=account.created_at,
    )


def set_login(response: Response, actor: Actor, key: str) -> None:
    """The login cookie and its readable companion; an empty key takes them away."""
    for cookie in login_cookie.set_cookie_headers(key, secure=actor.came_by.startswith("https")):
        response.headers.append("Set-Cookie", cookie)


@router.post("/accounts", status_code=201)
async def sign_up(body: SignUp, actor: ActorDep, services: ServicesDep) -> AccountInfo:
    """Makes an account, if the operator lets people do that. Signs nobody in."""
    return info(
        await services.accounts.own.create(actor, email=body.email, name=body.name, password=body.password)
    )


@router.post("/accounts/login")
async def login(
    request: Request, response: Response, body: SignIn, actor: ActorDep, services: ServicesDep
) -> AccountInfo:
    """Sets the login cookie."""
    agent = request.headers.get("user-agent", "")
    signed_in = await services.accounts.own.sign_in(
        actor, email=body.email, password=body.password, user_agent=agent
    )
    set_login(response, actor, signed_in.key)
    return info(signed_in.account)


@router.post("/accounts/logout", status_code=204)
async def logout(actor: ActorDep, services: ServicesDep) -> Response:
    """Ends this login and takes its cookie away."""
    await services.accounts.own.sign_out(actor)
    response = Response(status_code=204)
    set_login(response, actor, "")
    return response


@router.get("/accounts/me")
async def me(actor: ActorDep, services: ServicesDep) -> AccountInfo:
    """Who is asking."""
    return info(await services.accounts.own.me(actor))


@router.patch("/accounts/me")
async def rename(body: Rename, actor: ActorDep, services: ServicesDep) -> AccountInfo:
    """Changes one's own name."""
    return info(await services.accounts.own.rename(actor, body.name))


@router.post("/accounts/password", status_code=204)
async def password(body: ChangePassword, actor: ActorDep, services: ServicesDep) -> Response:
    """Changes one's own password. Every other login ends."""
    await services.accounts.own.change_password(actor, current=body.current_password, new=body.new_password)
    return Response(status_code=204)


@router.get("/accounts/logins")
async def logins(actor: ActorDep, services: ServicesDep) -> Logins:
    """Where one is signed in, last used first."""
    found = await services.accounts.own.logins(actor)
    return Logins(
        logins=[
            LoginInfo(
                login_id=one.id,
                browser=one.browser,
                created_at=one.created_at,
                used_at=one.used_at,
                is_this=one.is_this,
            )
            for one in found
        ]
    )


@router.delete("/accounts/logins/{login_id}", status_code=204)
async def end_login(login_id: Id, actor: ActorDep, services: ServicesDep) -> Response:
    """Signs one out there."""
    await services.accounts.own.end_login(actor, login_id)
    return Response(status_code=204)


@router.get("/accounts")
async def people(
    actor: ActorDep,
    services: ServicesDep,
    search: Annotated[str, Query(max_length=200)] = "",
    most: Annotated[int, Query(ge=1, le=MOST_SHOWN)] = PAGE,
) -> Accounts:
    """The first accounts by name; for admins. `search` looks in names and addresses."""
    found = await services.accounts.people.search(actor, search, most)
    return Accounts(accounts=[info(a) for a in found])


@router.post("/accounts/people", status_code=201)
async def add(body: AddAccount, actor: ActorDep, services: ServicesDep) -> AccountAdded:
    """An account for somebody else, also where sign-up is closed, and a link to its password. For admins."""
    account, made = await services.accounts.people.add(actor, email=body.email, name=body.name)
    return AccountAdded(account=info(account), url=made.page(actor.to_share), expires_at=made.expires_at)


@router.patch("/accounts/{account_id}")
async def change(account_id: Id, body: ChangeAccount, actor: ActorDep, services: ServicesDep) -> AccountInfo:
    """Role, or disabled: signed out everywhere at once. For admins; one of them always stays."""
    return info(
        await services.accounts.people.change(actor, account_id, role=body.role, disabled=body.disabled)
    )


@router.delete("/accounts/{account_id}", status_code=204)
async def delete(account_id: Id, actor: ActorDep, services: ServicesDep) -> Response:
    """Deletes an account with its logins and tokens. For admins; one of them always stays."""
    await services.accounts.people.delete(actor, account_id)
    return Response(status_code=204)


@router.post("/accounts/{account_id}/reset-link", status_code=201)
async def reset_link(account_id: Id, actor: ActorDep, services: ServicesDep) -> ResetLink:
    """A link to set a new password, once and within an hour. For admins."""
    made = await services.accounts.people.reset_link(actor, account_id)
    return ResetLink(url=made.page(actor.to_share), expires_at=made.expires_at)


@router.post("/tokens", status_code=201)
async def make_token(body: NameToken, actor: ActorDep, services: ServicesDep) -> TokenMade:
    """A personal API token, sent as Bearer. Needs the login cookie: a token makes no others."""
    made = await services.accounts.tokens.create(actor, body.name)
    return TokenMade(token_id=made.id, token=made.token)


@router.get("/tokens")
async def tokens(actor: ActorDep, services: ServicesDep) -> ApiTokens:
    """One's own API tokens, newest first, without their secrets."""
    found = await services.accounts.tokens.list(actor)
    return ApiTokens(
        tokens=[
            TokenInfo(token_id=t.id, name=t.name, created_at=t.created_at, used_at=t.used_at) for t in found
        ]
    )


@router.delete("/tokens/{token_id}", status_code=204)
async def delete_token(token_id: Id, actor: ActorDep, services: ServicesDep) -> Response:
    """Ends a token at once."""
    await services.accounts.tokens.delete(actor, token_id)
    return Response(status_code=204)
