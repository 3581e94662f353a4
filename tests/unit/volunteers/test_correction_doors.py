"""The doors of requests and decisions: codes, and what a body must say."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from marshmallow import ValidationError

from services.volunteers import domain
from services.volunteers.domain import broken
from services.volunteers.schemas import corrections as bodies
from services.volunteers.service import ERRORS, Http
from tests.unit.volunteers.builders import at

CORRECTION: dict[str, Any] = {
    "person_ref": "p1", "session_id": "s1", "kind": "correction", "entry_id": "e1",
    "wanted": {"minutes": 60}, "reason": "提前离开",
}


def rules_under(base: type[Exception]) -> set[type[Exception]]:
    below = {each for cls in base.__subclasses__() for each in rules_under(cls)}
    return below or {base}


def test_every_rule_that_can_be_broken_has_status_and_code() -> None:
    for each in walk_packages(domain.__path__, f"{domain.__name__}."):
        import_module(each.name)
    rules, said = rules_under(broken.BrokenRule), tuple(Http.errors)
    assert {each for each in rules if not issubclass(each, said)} == set()
    assert Http.errors is ERRORS


def test_c_17_self_approval_is_forbidden_and_told_apart() -> None:
    assert (ERRORS[broken.SelfMade].status, ERRORS[broken.SelfMade].code) == (403, "self_made")
    concerned = ERRORS[broken.SelfConcerned]
    assert (concerned.status, concerned.code) == (403, "self_concerned")


def test_codes_are_unique() -> None:
    codes = [problem.code for problem in ERRORS.values()]
    assert len(set(codes)) == len(codes)


def test_c_17_no_two_parts_have_a_rule_of_their_own_for_the_same_thing() -> None:
    rules = rules_under(broken.BrokenRule)
    names = [each.__name__ for each in rules]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"wanted": {}}, "wanted"),
        ({"wanted": {"minutes": 60, "from": "2026-09-01T07:30:00+08:00"}}, "wanted"),
        ({"wanted": {"from": "2026-09-01T07:30:00+08:00"}}, "wanted"),
        ({"wanted": {"from": "2026-09-01T07:30:00", "to": "2026-09-01T08:30:00"}}, "wanted"),
        ({"wanted": {"minutes": 1.5}}, "wanted"),
        ({"wanted": {"minutes": -1}}, "wanted"),
        ({"kind": "other"}, "kind"),
        ({"kind": "missing"}, "entry_id"),
        ({"reason": ""}, "reason"),
        ({"reason": "打 13900001111 问我"}, "reason"),
        ({"reason": "证件 11010519491231002X"}, "reason"),
        ({"evidence": "13900001111"}, "evidence"),
        ({"person_ref": "13900001111"}, "person_ref"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        bodies.CorrectionBody().load({**CORRECTION, **change})
    assert set(wrong.value.normalized_messages()) == {field}


def test_a_correction_without_its_entry_says_so() -> None:
    body = {name: value for name, value in CORRECTION.items() if name != "entry_id"}
    with pytest.raises(ValidationError) as wrong:
        bodies.CorrectionBody().load(body)
    assert "entry_id" in wrong.value.normalized_messages()


def test_time_served_is_read_with_its_offset() -> None:
    wanted = {"from": "2026-09-01T07:30:00+08:00", "to": "2026-09-01T00:30:00Z"}
    loaded = bodies.CorrectionBody().load({**CORRECTION, "wanted": wanted})
    assert loaded["wanted"].span.end == at("08:30")


def test_a_confirmation_is_a_word_with_evidence_and_reason() -> None:
    loaded = bodies.ConfirmationBody().load(
        {"minutes": 60, "evidence": "list/3", "reason": "签到表"}
    )
    assert (loaded["word"].minutes, loaded["evidence"]) == (60, "list/3")
    with pytest.raises(ValidationError):
        bodies.ConfirmationBody().load({"minutes": 60, "reason": "签到表"})


def test_minutes_go_with_an_approval_only() -> None:
    with pytest.raises(ValidationError) as wrong:
        bodies.DecisionBody().load({"approve": False, "reason": "不符", "minutes": 5})
    assert set(wrong.value.normalized_messages()) == {"minutes"}
