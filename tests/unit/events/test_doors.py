"""The doors' tables: every broken rule has an answer, every page stands without JavaScript."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import walk_packages

from services.events import domain
from services.events.domain import attendance, broken
from services.events.service import ERRORS, Http


def rules_under(base: type[Exception]) -> set[type[Exception]]:
    """Every rule there is, wherever it stands; what others derive from is no rule itself."""
    derived = base.__subclasses__()
    return set.union(*map(rules_under, derived)) if derived else {base}


def test_every_rule_that_can_be_broken_has_status_and_code() -> None:
    for each in walk_packages(domain.__path__, f"{domain.__name__}."):
        import_module(each.name)
    assert rules_under(broken.BrokenRule) == set(ERRORS)
    assert Http.errors is ERRORS


def test_codes_are_unique_and_refusals_are_client_errors_or_say_that_something_is_away() -> None:
    codes = [problem.code for problem in ERRORS.values()]
    assert len(set(codes)) == len(codes)
    assert {problem.status for problem in ERRORS.values()} <= {401, 403, 404, 409, 422, 429, 503}


def test_the_codes_others_rely_on_are_there() -> None:
    promised = {"already_registered", "session_closed", "not_open_yet", "over_limit", "clash",
                "full", "offer_expired"}
    assert promised <= {problem.code for problem in ERRORS.values() if problem.status == 409}


def test_what_a_forced_check_in_overrides_is_called_as_at_the_door() -> None:
    assert {ERRORS[rule].code for rule in attendance.OVERRIDABLE} == set(
        attendance.OVERRIDABLE.values()
    )


def test_no_two_parts_of_the_service_define_the_same_name() -> None:
    """They are one class in the end: a second `_form` would take the place of the first. A part
    that extends another one means to."""
    seen: dict[str, type] = {}
    for part in Http.__mro__[:-1]:
        for name, value in vars(part).items():
            if inspect.isfunction(value):
                first = seen.setdefault(name, part)
                assert issubclass(first, part), f"{name} of {part.__name__} and {first.__name__}"
