"""The service's doors as one class: every refusal has an answer, no part hides another's name."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from kernel.settings import read
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.certificates import broken as certificates
from services.volunteers.domain.stars import broken as stars
from services.volunteers.service import ERRORS, Http, build
from services.volunteers.settings import VolunteersSettings
from tests.rig.events import doors_only


@pytest.mark.parametrize("module", [certificates, stars], ids=["certificates", "stars"])
def test_every_rule_that_can_be_broken_has_status_and_code(module: ModuleType) -> None:
    rules = {found for found in vars(module).values()
             if inspect.isclass(found) and issubclass(found, BrokenRule)} - {BrokenRule}
    assert rules and rules <= set(ERRORS)
    assert Http.errors is ERRORS


def test_no_two_parts_of_the_service_define_the_same_name() -> None:
    """They are one class in the end: a second `_form` would take the place of the first."""
    seen: dict[str, type] = {}
    for part in Http.__mro__[:-1]:
        for name, value in vars(part).items():
            if inspect.isfunction(value):
                assert name not in seen, f"{name} of {part.__name__} and {seen[name].__name__}"
                seen[name] = part


def test_the_parts_of_a_process_share_one_database() -> None:
    settings = read(VolunteersSettings, doors_only("mongodb://127.0.0.1:1/", 1))
    parts = build(settings)  # waits for nothing
    shared = {id(part.transactions) for part in (parts.app, parts.register, parts.certification,
                                                 parts.stars)}
    assert len(shared) == 1
    parts.close()
