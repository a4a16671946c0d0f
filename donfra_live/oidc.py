"""OpenID Connect by authlib: authorization code, PKCE, state, nonce; the ID token's signature is checked.

Only this module speaks to the provider. What it says is believed only after that check.
"""

import logging
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from donfra_live.accounts.ports import Identity
from donfra_live.errors import SignInElsewhereFailed
from donfra_live.settings import Settings

log = logging.getLogger(__name__)
_LEEWAY = 60
_FAULTS = (HTTPError, OAuthError, JoseError, ValueError, KeyError)


class OpenIdProvider:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._metadata: dict[str, Any] = {}

    @property
    def name(self) -> str:
        return self._settings.oidc_name if self._settings.oidc_issuer else ""

    async def address(self, state: str, nonce: str, verifier: str, back_to: str) -> str:
        try:
            async with self._client(back_to) as client:
                metadata = await self._known(client)
                address, _ = client.create_authorization_url(
                    metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
                )
            return str(address)
        except _FAULTS as error:
            raise self._failed(error) from None

    async def identity(self, code: str, nonce: str, verifier: str, back_to: str) -> Identity:
        try:
            async with self._client(back_to) as client:
                metadata = await self._known(client)
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
                claims = await self._claims(client, metadata, token, nonce)
        except _FAULTS as error:
            raise self._failed(error) from None
        return Identity(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            email=str(claims.get("email") or ""),
            email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
        )

    def _client(self, back_to: str) -> AsyncOAuth2Client:
        methods = self._metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        secret = self._settings.oidc_client_secret
        way = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret or None,
            token_endpoint_auth_method=way if secret else "none",
            scope="openid email profile",
            redirect_uri=back_to,
            code_challenge_method="S256",
            trust_env=False,
            timeout=10,
        )

    async def _known(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        """The provider's description of itself, asked for once; a wrong issuer is not believed."""
        if not self._metadata:
            issuer = self._settings.oidc_issuer
            answer = await client.request(
                "GET", get_well_known_url(issuer, external=True), withhold_token=True
            )
            metadata = OpenIDProviderMetadata(answer.raise_for_status().json())
            if str(metadata["issuer"]).rstrip("/") != issuer:
                raise ValueError(f"the provider calls itself {metadata['issuer']}")
            self._metadata = metadata
        return self._metadata

    async def _claims(
        self, client: AsyncOAuth2Client, metadata: dict[str, Any], token: dict[str, Any], nonce: str
    ) -> dict[str, Any]:
        """The checked ID token, with the address from the provider's user info where it is not in there."""
        keys = await client.request("GET", metadata["jwks_uri"], withhold_token=True)
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        # Never "none" and nothing with a shared secret, whatever the provider offers.
        algorithms = [name for name in offered if name[:2] in {"RS", "ES", "PS", "Ed"}]
        decoded = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(keys.raise_for_status().json()),
            registry=JWSRegistry(algorithms=algorithms, strict_check_header=False),
        )
        client_id = self._settings.oidc_client_id
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": client_id},
            },
            {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=_LEEWAY)
        found = dict(claims)
        if "email" not in found and "userinfo_endpoint" in metadata:
            answer = await client.get(metadata["userinfo_endpoint"])
            more = answer.raise_for_status().json()
            found = {**more, **found} if more.get("sub") == found["sub"] else found
        return found

    @staticmethod
    def _failed(error: Exception) -> SignInElsewhereFailed:
        log.warning("signing in at the OpenID provider failed: %s: %s", type(error).__name__, error)
        return SignInElsewhereFailed()
