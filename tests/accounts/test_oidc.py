"""OpenID Connect against a real provider in a process of its own: what goes there, what is believed."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from donfra_live.errors import SignInElsewhereFailed
from donfra_live.oidc import OpenIdProvider
from donfra_live.settings import Settings
from tests.accounts import oidc_server
from tests.ports import free_port

BACK = "http://localhost:8080/api/oidc/back"
NONCE, VERIFIER = "n" * 43, "v" * 86


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_server.running(free_port()) as url:
        yield url


def provider(issuer: str) -> OpenIdProvider:
    return OpenIdProvider(
        Settings(oidc_issuer=issuer, oidc_client_id="donfra", oidc_client_secret="secret", oidc_name="Our ID")
    )


def approve(address: str, sub: str) -> dict[str, str]:
    """What the provider sends the browser back with, after somebody said yes there."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code in {302, 303}, answer.text
    assert answer.headers["location"].startswith(BACK)
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_somebody_signs_in_there(issuer: str) -> None:
    ours = provider(issuer)
    address = await ours.address("the-state", NONCE, VERIFIER, BACK)
    sent = parse_qs(urlsplit(address).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert VERIFIER not in address
    assert (sent["nonce"], sent["response_type"], sent["redirect_uri"]) == ([NONCE], ["code"], [BACK])
    back = approve(address, "ada")
    assert back["state"] == "the-state"
    who = await ours.identity(back["code"], NONCE, VERIFIER, BACK)
    assert (who.issuer, who.subject, who.email, who.email_verified) == (
        issuer,
        "ada",
        "ada@example.org",
        True,
    )
    assert who.name == "Ada L"
    with pytest.raises(SignInElsewhereFailed):
        await ours.identity(back["code"], NONCE, VERIFIER, BACK)


async def test_an_unverified_address_is_told_as_such(issuer: str) -> None:
    ours = provider(issuer)
    nonce = "m" * 43
    back = approve(await ours.address("s", nonce, VERIFIER, BACK), "eve")
    assert not (await ours.identity(back["code"], nonce, VERIFIER, BACK)).email_verified


@pytest.mark.parametrize(("nonce", "verifier"), [("wrong", VERIFIER), ("good", "w" * 86)])
async def test_another_nonce_or_verifier_is_refused(issuer: str, nonce: str, verifier: str) -> None:
    ours = provider(issuer)
    asked = f"o{verifier[0]}" * 20
    back = approve(await ours.address("s", asked, VERIFIER, BACK), "ada")
    with pytest.raises(SignInElsewhereFailed):
        await ours.identity(back["code"], asked if nonce == "good" else nonce, verifier, BACK)


async def test_a_token_for_another_client_is_refused(issuer: str) -> None:
    back = approve(await provider(issuer).address("s", "p" * 43, VERIFIER, BACK), "ada")
    other = OpenIdProvider(
        Settings(oidc_issuer=issuer, oidc_client_id="somebody-else", oidc_client_secret="secret")
    )
    with pytest.raises(SignInElsewhereFailed):
        await other.identity(back["code"], "p" * 43, VERIFIER, BACK)


async def test_a_provider_that_is_away_is_a_clear_refusal() -> None:
    with pytest.raises(SignInElsewhereFailed):
        await provider(f"http://127.0.0.1:{free_port()}").address("s", NONCE, VERIFIER, BACK)


def test_without_settings_there_is_no_button() -> None:
    assert OpenIdProvider(Settings()).name == ""
