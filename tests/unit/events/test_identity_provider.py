"""What an identity provider may say and is believed; and what is no sign-in, whoever says it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any, ClassVar

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from services.events.domain.broken import NoProvider, NotLetIn, ProviderAway, ProviderRefused
from services.events.identity_provider import LOGOUT, IdentityProvider
from services.events.usecases.accounts import managing, outside
from services.events.usecases.accounts.identity import Asked, Told
from tests.unit.events.builders import Town
from tests.unit.events.staff_accounts import Browser, add, rights

KEY, OTHER = (RSAKey.generate_key(2048, {"kid": name}) for name in ("ours", "other"))
BACK = "http://127.0.0.1:8001/staff/provider/back"


class Answers(BaseHTTPRequestHandler):
    """A provider that says what a test wants it to say."""

    said: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        self._say(self.said[self.path])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.said["/token"])

    def _say(self, what: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def issuer() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    Answers.said = {
        "/.well-known/openid-configuration": {
            "issuer": address, "token_endpoint": f"{address}/token", "jwks_uri": f"{address}/jwks",
            "authorization_endpoint": f"{address}/auth",
            "id_token_signing_alg_values_supported": ["RS256"],
        },
        "/jwks": {"keys": [KEY.as_dict(private=False)]},
    }
    yield address
    server.shutdown()
    server.server_close()


def provider(issuer: str) -> IdentityProvider:
    return IdentityProvider(issuer=issuer, client_id="xiangxin", secret="s" * 20,
                            name_claim="preferred_username", role_claim="roles",
                            roles={"d-desk": "desk"})


def signed(issuer: str, key: RSAKey = KEY, **claims: Any) -> str:
    said = {"iss": issuer, "aud": "xiangxin", "sub": "id-1", "iat": time(), "exp": time() + 60,
            "nonce": "n", "preferred_username": "chen", "roles": ["d-desk", "else"], **claims}
    given = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, given, key)


def told(issuer: str, token: str) -> Told:
    Answers.said["/token"] = {"access_token": "a", "token_type": "Bearer", "id_token": token}
    return provider(issuer).told(BACK, code="c", nonce="n", verifier="v" * 48)


def test_what_it_signed_for_us_is_believed_and_only_roles_of_ours_count(issuer: str) -> None:
    found = told(issuer, signed(issuer))
    assert (found.subject, found.name) == (f"{issuer} id-1", "chen")
    assert found.roles == {"desk"}
    asked = provider(issuer).ask(BACK)
    for part in ("code_challenge_method=S256", "response_type=code", "scope=openid", asked.nonce):
        assert part in asked.url


@pytest.mark.parametrize("change", [
    {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": None}, {"exp": time() - 600},
    {"nonce": "another"}, {"nonce": None}, {"key": OTHER}, {"sub": None}, {"iat": time() + 86_400},
])
def test_what_is_forged_old_or_for_somebody_else_is_refused(issuer: str,
                                                            change: dict[str, Any]) -> None:
    with pytest.raises(ProviderRefused):
        told(issuer, signed(issuer, **change))


def test_a_token_without_signature_is_refused(issuer: str) -> None:
    head, body, _ = signed(issuer).split(".")
    with pytest.raises(ProviderRefused):
        told(issuer, f"{head}.{body}.")


def test_whoever_says_to_be_another_or_does_not_answer_is_not_asked(issuer: str) -> None:
    Answers.said["/.well-known/openid-configuration"]["issuer"] = "https://evil.example"
    for place in (issuer, "http://127.0.0.1:1"):
        with pytest.raises(ProviderAway):
            provider(place).ask(BACK)


def test_a_sign_out_there_is_believed_only_by_its_own_kind_of_token(issuer: str) -> None:
    ours = provider(issuer)
    logout = signed(issuer, nonce=None, events={LOGOUT: {}})
    assert ours.signed_out(logout) == f"{issuer} id-1"
    for token in (signed(issuer), signed(issuer, nonce=None), "", "a.b.c",
                  signed(issuer, OTHER, nonce=None, events={LOGOUT: {}}),
                  signed(issuer, aud="another", nonce=None, events={LOGOUT: {}})):
        with pytest.raises(ProviderRefused):
            ours.signed_out(token)


def who(*roles: str, subject: str = "i id-1", name: str = "chen") -> Told:
    return Told(subject=subject, name=name, roles=frozenset(roles), proof="word")


def test_an_account_follows_what_the_provider_says(town: Town) -> None:
    account, (_, token) = outside.sign_in(town.app, who("desk", "viewer"), device="")
    assert account.grant.roles == ("viewer", "desk")
    with pytest.raises(NotLetIn):
        outside.sign_in(town.app, who(), device="")
    found = rights(town, token)
    assert found is not None and not found.roles, "withdrawn there, withdrawn here"
    outside.sign_in(town.app, who("desk"), device="")
    outside.signed_out(town.app, "i id-1")
    town.later(seconds=1)
    assert rights(town, token) is None
    managing.shut(town.app, "chen", by=managing.COMMAND)
    with pytest.raises(NotLetIn):
        outside.sign_in(town.app, who("desk"), device="")


@pytest.mark.parametrize("name", ["reception", "staff", "Chen Li", "", "陈"])
def test_nobody_gets_a_name_that_is_not_theirs_or_no_name(town: Town, name: str) -> None:
    add(town, "reception", "desk")
    with pytest.raises(NotLetIn):
        outside.sign_in(town.app, who("desk", name=name), device="")


class Vouching:
    """A provider that vouches for chen."""

    issuer = "https://id.example"

    def ask(self, back: str) -> Asked:
        return Asked(url=f"{self.issuer}/auth?to={back}", state="s" * 20, nonce="n", verifier="v")

    def told(self, back: str, *, code: str, nonce: str, verifier: str) -> Told:
        assert (code, nonce, verifier) == ("c", "n", "v")
        return who("desk")

    def way_out(self, proof: str, back: str) -> str | None:
        return f"{self.issuer}/out?hint={proof}"

    def signed_out(self, token: str) -> str:
        raise ProviderRefused


@pytest.mark.parametrize("query", [
    "code=c&state=another", "code=c", f"code=c&state={'s' * 20}&iss=https://evil.example",
])
def test_who_comes_back_with_what_was_not_asked_is_not_signed_in(town: Town, query: str) -> None:
    town.app = replace(town.app, identity=Vouching())
    stranger, browser = Browser(town), Browser(town)
    good = f"code=c&state={'s' * 20}"
    assert stranger.get("provider_back_page", good).status_code == 401
    away = browser.get("provider_page", "next=/staff/me")
    assert away.headers["Location"].startswith("https://id.example/auth")
    assert "SameSite=Lax" in away.headers["Set-Cookie"]
    assert browser.get("provider_back_page", query).status_code == 401
    assert browser.get("provider_back_page", good).status_code == 401, "it was given up"
    assert not browser.token() and not stranger.token()


def test_who_comes_back_is_led_on_by_a_page_of_ours_and_out_of_both(town: Town) -> None:
    town.app = replace(town.app, identity=Vouching())
    browser = Browser(town)
    browser.get("provider_page", "next=/staff/me")
    back = browser.get("provider_back_page", f"code=c&state={'s' * 20}&iss=https://id.example")
    assert "url=http://127.0.0.1:8001/staff/me" in back.get_data(as_text=True)
    assert rights(town, browser.token()) is not None
    out = browser.post("sign_out", {})
    assert "https://id.example/out?hint=word" in out.get_data(as_text=True)
    assert not browser.token()


def test_without_a_provider_its_doors_are_not_there(town: Town) -> None:
    with pytest.raises(NoProvider):
        Browser(town).get("provider_page")
