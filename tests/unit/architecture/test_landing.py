"""Who signs in lands on a page that lets them in, at every service, whatever their role."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from kernel.rights import ROLES, Rights, Scope, rights_of_staff
from kernel.web import Call
from ops.doors.listing import SERVICES

NO_PAGES = {"names"}  # a right beside others, no work by itself
CLOSED = [each for each in SERVICES if each != "stats"]  # its briefs are open to everyone
LIMITED = Scope(programmes=frozenset({"youth-night"}))


def lands(service: str, rights: Rights) -> str:
    http: Any = import_module(f"services.{service}.service").Http
    call = Call({"REQUEST_METHOD": "GET"})
    call.rights = rights
    return str(http.start_page(_Of(http), call).headers["Location"])


class _Of:
    """The service's class without a server around it."""

    def __init__(self, http: Any) -> None:
        self.pages, self.console = http.pages, http.console
        self.first_page = http.first_page.__get__(self)


@pytest.mark.parametrize("role", sorted(ROLES.keys() - NO_PAGES))
@pytest.mark.parametrize("service", SERVICES)
def test_every_role_lands_on_a_page_that_is_open_to_it(service: str, role: str) -> None:
    http: Any = import_module(f"services.{service}.service").Http
    rights = rights_of_staff("li", [role])
    place = lands(service, rights)
    assert http.pages.may(rights, place)
    assert place != "/staff" or not any(http.pages.may(rights, each) for each, _, _ in http.console)


@pytest.mark.parametrize("service", CLOSED)
def test_an_auditor_lands_on_the_audit_log(service: str) -> None:
    assert lands(service, rights_of_staff("li", ["auditor"])) == "/staff/audit"


@pytest.mark.parametrize("service", SERVICES)
def test_who_is_limited_to_a_programme_lands_on_what_heeds_it(service: str) -> None:
    http: Any = import_module(f"services.{service}.service").Http
    rights = rights_of_staff("li", ["organiser"], scope=LIMITED)
    assert http.pages.may(rights, lands(service, rights))


@pytest.mark.parametrize("service", CLOSED)
def test_who_may_nothing_here_is_told_who_is_signed_in(service: str) -> None:
    assert lands(service, rights_of_staff("li", ["names"])) == "/staff"
