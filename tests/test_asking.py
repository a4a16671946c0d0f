"""Who is asking: the same for REST and pages, behind proxies too, and looked up anew each time."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from donfra_live.accounts import login_cookie
from donfra_live.accounts.rules import LOGIN_LIFE, AccountRole
from donfra_live.asking import Asking, Handshake
from donfra_live.browser_key import COOKIE, hash_of
from donfra_live.errors import NoProof, TooManyRequests
from donfra_live.limits import RateLimits
from donfra_live.livekit_gateway.client import Endpoint
from donfra_live.livekit_gateway.tokens import LiveKitTokens
from donfra_live.models import Account, ApiToken, Login
from donfra_live.network import address_used
from donfra_live.settings import Settings
from donfra_live.ui.actor import handshake_of
from donfra_live.ui.live.state import LiveState
from tests.world import World

KEY, OTHER = "k" * 43, "o" * 43


def endpoint() -> Endpoint:
    return Endpoint("http://127.0.0.1:7880", "key", "s" * 40, 7880)


def asking(world: World, **settings: object) -> Asking:
    return Asking(Settings(**settings), world.accounts.proving.prove)  # type: ignore[arg-type]


def page(headers: Mapping[str, str], peer: str = "203.0.113.9") -> Handshake:
    return Handshake(peer=peer, scheme="http", headers=headers, is_page=True)


async def signed_in(world: World, **account: object) -> Account:
    row = Account(email="ada@example.org", name="Ada", **account)  # type: ignore[arg-type]
    async with world.db.transaction() as db:
        db.add(row)
        await db.flush()
        at = world.clock()
        db.add(Login(account_id=row.id, key_hash=hash_of(KEY), created_at=at, used_at=at))
        db.add(ApiToken(account_id=row.id, name="CI", token_hash=hash_of("dfl_secret")))
    return row


def test_a_proxy_that_is_not_trusted_does_not_say_https() -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8")  # type: ignore[arg-type]
    headers = {"host": "live.example.org", "x-forwarded-proto": "https"}
    for peer, scheme in (("10.0.0.1", "https"), ("::ffff:10.0.0.1", "https"), ("::ffff:203.0.113.9", "http")):
        assert address_used(settings, peer, "http", headers) == f"{scheme}://live.example.org"


@pytest.mark.parametrize(
    "host", ["", "[", "[::1", "a]", "[zz]", "[::::]", "a b", "a/b", "x;y", "a@b", "½", ":80"]
)
async def test_a_host_that_is_none_is_not_taken_over(world: World, host: str) -> None:
    ask, tokens = asking(world), LiveKitTokens(endpoint, life=timedelta(60), public_url="", managed=True)
    for is_page in (True, False):
        came_by = ask.came_by(Handshake("127.0.0.1", "http", {"host": host}, is_page))
        assert came_by == "http://localhost:8080"
        assert tokens.server_url(came_by) == "ws://127.0.0.1:7880"


@pytest.mark.parametrize(
    "host", ["live.example.org", "a_b:8080", "[::1]:8080", "[2001:db8::1]", "10.0.0.1", "x."]
)
def test_a_host_that_is_one_is_taken_over(host: str) -> None:
    assert address_used(Settings(), "127.0.0.1", "http", {"host": host}) == f"http://{host}"


async def test_one_ipv6_network_is_one_person_to_limits() -> None:
    limits = RateLimits(Settings(sign_ins_per_minute=2))
    for number in range(2):
        await limits.sign_up(f"2001:db8:1:2::{number}")
    with pytest.raises(TooManyRequests):
        await limits.sign_up("2001:db8:1:2:ffff::9")
    await limits.sign_up("2001:db8:1:3::1")
    for last in (1, 2, 3):
        await limits.sign_up(f"203.0.113.{last}")


async def test_people_behind_a_trusted_proxy_have_limits_of_their_own(world: World) -> None:
    ask = asking(world, trusted_proxies="10.0.0.0/8")
    forwarded = {"x-forwarded-for": "198.51.100.7", "host": "live.example.org"}
    for is_page in (True, False):
        shake = Handshake("10.0.0.1", "http", forwarded, is_page)
        assert (await ask.actor(shake)).address == "198.51.100.7"
        direct = Handshake("203.0.113.9", "http", forwarded, is_page)
        assert (await ask.actor(direct)).address == "203.0.113.9", "nobody may name his own address"


async def test_a_page_keeps_the_address_of_its_own(world: World) -> None:
    ask = asking(world)
    dev = {"origin": "http://localhost:3000", "host": "localhost:8080"}
    assert (await ask.actor(page(dev))).came_by == "http://localhost:3000"
    foreign = {"origin": "https://evil.example", "host": "localhost:8080"}
    assert (await ask.actor(page(foreign))).came_by == "http://localhost:8080"
    rest = Handshake("127.0.0.1", "http", dev)
    assert (await ask.actor(rest)).came_by == "http://localhost:8080"


@pytest.mark.parametrize("is_page", [True, False])
async def test_links_that_are_given_on_lead_others_here_too(world: World, is_page: bool) -> None:
    async def to_share(at: str, **settings: object) -> str:
        headers = {"host": at, "origin": f"http://{at}"}
        shake = Handshake("127.0.0.1", "http", headers, is_page)
        return (await asking(world, **settings).actor(shake)).to_share

    assert await to_share("localhost:8080") == "http://localhost:8080", "nobody else can come at all"
    for local in ("localhost", "127.0.0.1"):
        assert await to_share(f"{local}:8080", host="192.0.2.7") == "http://192.0.2.7:8080"
    assert await to_share("class.lan:8080", host="192.0.2.7") == "http://class.lan:8080"
    assert await to_share("localhost:8080", public_url="https://live.example") == "https://live.example"


async def test_a_proxys_https_counts_for_pages_too(world: World) -> None:
    ask = asking(world, trusted_proxies="10.0.0.0/8")
    shake = page({"x-forwarded-proto": "https", "host": "live.example.org"}, peer="10.0.0.1")
    assert (await ask.actor(shake)).came_by == "https://live.example.org"


async def test_a_cookie_proves_the_account_until_it_is_disabled(world: World) -> None:
    account = await signed_in(world)
    shake = page({"cookie": f"{COOKIE}={OTHER}; {login_cookie.COOKIE}={KEY}"})
    actor = await asking(world).actor(shake)
    assert (actor.account, actor.is_admin, actor.browser) == (account.id, False, hash_of(OTHER))
    async with world.db.transaction() as db:
        (await db.get_one(Account, account.id)).disabled = True
    actor = await asking(world).actor(shake)
    assert (actor.account, actor.login, actor.browser) == ("", "", hash_of(OTHER))


async def test_a_login_ends_when_it_is_not_used(world: World) -> None:
    await signed_in(world)
    shake = page({"cookie": f"{login_cookie.COOKIE}={KEY}"})
    world.clock.time += LOGIN_LIFE - timedelta(days=1)
    assert (await asking(world).actor(shake)).account, "used in time: it lasts on"
    world.clock.time += LOGIN_LIFE - timedelta(days=1)
    assert (await asking(world).actor(shake)).account
    world.clock.time += LOGIN_LIFE
    assert not (await asking(world).actor(shake)).account


@pytest.mark.parametrize("value", ["", "x", "k" * 42, OTHER, "k" * 5000, '"\x00', "dfl_secret"])
async def test_no_other_cookie_proves_anything(world: World, value: str) -> None:
    await signed_in(world)
    actor = await asking(world).actor(page({"cookie": f"{login_cookie.COOKIE}={value}"}))
    assert actor.account == ""


async def test_an_api_token_proves_the_account_and_is_no_livekit_token(world: World) -> None:
    account = await signed_in(world, role=AccountRole.ADMIN)
    rest = Handshake("127.0.0.1", "http", {"authorization": "Bearer dfl_secret"})
    actor = await asking(world).actor(rest)
    assert (actor.account, actor.is_admin, actor.login, actor.bearer) == (account.id, True, "", "")
    livekit = Handshake("127.0.0.1", "http", {"authorization": "Bearer eyJhbGciOi.J9.x"})
    actor = await asking(world).actor(livekit)
    assert (actor.account, actor.bearer) == ("", "eyJhbGciOi.J9.x")


async def test_a_wrong_api_token_is_refused_not_ignored(world: World) -> None:
    await signed_in(world)
    shake = Handshake(
        "127.0.0.1",
        "http",
        {"authorization": "Bearer dfl_wrong", "cookie": f"{login_cookie.COOKIE}={KEY}"},
    )
    with pytest.raises(NoProof):
        await asking(world).actor(shake)


def test_a_pages_handshake_is_the_servers_not_the_pages() -> None:
    state = LiveState(_reflex_internal_init=True)  # type: ignore[call-arg]
    shake = handshake_of(state)
    assert (shake.is_page, shake.cookie, shake.bearer) == (True, "", "")
