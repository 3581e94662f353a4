"""Settings of signing in: addresses of the services, the district's provider, faults in words."""

from __future__ import annotations

import base64

import pytest

from kernel.settings import SettingsFault, read
from services.events.settings import EventsSettings

GOOD = {
    "AMQP_URI": "amqp://user:invented@host/", "MONGODB_URI": "mongodb://user:invented@host/",
    "VAULT_KEY": base64.b64encode(bytes(range(96))).decode(),
}


def settings(**variables: str) -> EventsSettings:
    return read(EventsSettings, {**GOOD, **variables})


def fault(**variables: str) -> str:
    with pytest.raises(SettingsFault) as found:
        settings(**variables)
    return str(found.value)


def test_the_addresses_of_the_services_are_read_by_name() -> None:
    found = settings(SERVICE_URLS="events=https://events.example.cn, stats=http://127.0.0.1:8004")
    assert found.addresses == {"events": "https://events.example.cn",
                               "stats": "http://127.0.0.1:8004"}
    assert settings().addresses == {}


@pytest.mark.parametrize("text", [
    "https://events.example.cn", "events=events.example.cn", "events=https://e.example.cn/",
    "events=https://e.example.cn/path", "Events=https://e.example.cn", "events=ftp://e.example.cn",
    "events=https://a@e.example.cn", "events=https://e.example.cn,", "events=https://e.cn:123456",
])
def test_an_address_that_is_none_is_refused_with_what_is_allowed(text: str) -> None:
    said = fault(SERVICE_URLS=text)
    assert "SERVICE_URLS" in said and "names with addresses without a path" in said


@pytest.mark.parametrize("issuer", ["https://sso.example.cn", "https://sso.example.cn/realms/a",
                                    "http://127.0.0.1:9000", "http://localhost:9000"])
def test_the_provider_is_named_by_https_or_is_on_this_machine(issuer: str) -> None:
    assert settings(OIDC_ISSUER=issuer).oidc_issuer == issuer


@pytest.mark.parametrize("issuer", ["http://sso.example.cn", "https://sso.example.cn?a=1",
                                    "sso.example.cn", "javascript:alert(1)"])
def test_a_provider_elsewhere_without_https_is_refused(issuer: str) -> None:
    said = fault(OIDC_ISSUER=issuer)
    assert "OIDC_ISSUER" in said and "http only on this machine" in said


def test_the_providers_roles_are_read_by_ours_and_may_hold_an_equals_sign() -> None:
    found = settings(OIDC_ROLES="cn=desk=desk, 审计=auditor")
    assert found.oidc_roles == {"cn=desk": "desk", "审计": "auditor"}


@pytest.mark.parametrize("roles", ["desk", "=desk", "theirs=king", "a=desk,", "a=desk,b"])
def test_a_role_that_we_do_not_have_is_refused_with_those_we_have(roles: str) -> None:
    said = fault(OIDC_ROLES=roles)
    assert "OIDC_ROLES" in said and "auditor" in said and "caseworker" in said


def test_the_providers_secret_is_never_shown() -> None:
    found = settings(OIDC_CLIENT_SECRET="invented-secret")
    assert found.oidc_client_secret == "invented-secret"
    assert "invented-secret" not in repr(found)
