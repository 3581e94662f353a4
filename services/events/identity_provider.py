"""The district's identity provider (OpenID Connect 1.0), asked by Authlib: discovery, code with
PKCE, keys as they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from logging import getLogger
from time import monotonic
from typing import Any

import requests
from authlib.integrations.base_client import BaseApp, OAuthError, OpenIDMixin
from authlib.integrations.base_client.sync_app import OAuth2Mixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from services.events.domain.broken import ProviderAway, ProviderRefused
from services.events.usecases.accounts.identity import Asked, Told

log = getLogger(__name__)

SCOPES = "openid profile"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
SKEW = 60  # seconds that clocks may differ
LOOK_AGAIN = 3_600.0  # seconds after which the provider is asked anew who it is
ANSWERS_WITHIN = 8.0  # seconds


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = OAuth2Session


class IdentityProvider:
    """`issuer` is its address as it says it itself; `name_claim` and `role_claim` are where it
    tells the account's name and roles, `roles` what its roles are called here."""

    def __init__(self, *, issuer: str, client_id: str, secret: str, name_claim: str,
                 role_claim: str, roles: Mapping[str, str]) -> None:
        self.issuer, self._client_id, self._secret = issuer, client_id, secret
        self._name_claim, self._role_claim, self._roles = name_claim, role_claim, roles
        self._known: _Client | None = None
        self._until = 0.0

    def ask(self, back: str) -> Asked:
        with _asking():
            made = self._client().create_authorization_url(back)
        return Asked(url=made["url"], state=made["state"], nonce=made["nonce"],
                     verifier=made["code_verifier"])

    def told(self, back: str, *, code: str, nonce: str, verifier: str) -> Told:
        with _asking():
            client = self._client()
            token = client.fetch_access_token(back, code=code, code_verifier=verifier)
            if "id_token" not in token:
                raise ProviderRefused
            said = client.parse_id_token(token, nonce=nonce, leeway=SKEW, claims_options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
            })
        roles = said.get(self._role_claim, [])
        given = {roles} if isinstance(roles, str) else {str(each) for each in roles}
        return Told(
            subject=f"{self.issuer} {said['sub']}", name=str(said.get(self._name_claim, "")),
            roles=frozenset(self._roles[each] for each in given if each in self._roles),
            proof=token["id_token"],
        )

    def way_out(self, proof: str, back: str) -> str | None:
        with _asking():
            client = self._client()
            if not client.load_server_metadata().get("end_session_endpoint"):
                return None
            made = client.create_logout_url(back, id_token_hint=proof, client_id=self._client_id)
        return str(made["url"])

    def signed_out(self, token: str) -> str:
        with _asking():
            said = self._read(token)
            events = said.get("events")
            if "nonce" in said or not isinstance(events, dict) or LOGOUT not in events:
                raise ProviderRefused
            return f"{self.issuer} {said['sub']}"

    def _read(self, token: str) -> dict[str, Any]:
        """A logout token, signed by the provider for us and not over (Back-Channel Logout 2.6)."""
        client = self._client()
        rules = JWTClaimsRegistry(
            leeway=SKEW, iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id}, iat={"essential": True},
            exp={"essential": True},
        )
        signed = JWSRegistry(
            algorithms=client.load_server_metadata()["id_token_signing_alg_values_supported"],
            strict_check_header=False)
        for fresh in (False, True):
            keys = KeySet.import_key_set(client.fetch_jwk_set(force=fresh))
            try:
                found = jwt.decode(token, keys, registry=signed)
                break
            except InvalidKeyIdError:
                if fresh:
                    raise
        rules.validate(found.claims)
        return dict(found.claims)

    def _client(self) -> Any:
        """Asked who it is, and it is who we mean: another issuer's keys are none (RFC 8414 3.3)."""
        if self._known is None or monotonic() >= self._until:
            client = _Client(
                None, client_id=self._client_id, client_secret=self._secret,
                server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_kwargs={"scope": SCOPES, "code_challenge_method": "S256",
                               "default_timeout": ANSWERS_WITHIN},
            )
            if client.load_server_metadata().get("issuer") != self.issuer:
                log.warning("the identity provider says that it is another issuer")
                raise ProviderAway
            self._known, self._until = client, monotonic() + LOOK_AGAIN
        return self._known


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except requests.RequestException as away:
        log.warning("the identity provider is away: %s", type(away).__name__)
        raise ProviderAway from away
    except (OAuthError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as wrong:
        log.warning("the identity provider's answer is refused: %s", type(wrong).__name__)
        raise ProviderRefused from wrong
