"""Facts are written strictly: only what exactly fits leaves the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from contracts import Fact, InvalidFact, SessionRef, write
from contracts.events import (
    ScannedIn,
    SessionScheduled,
    SignupCancelled,
    SignupConfirmed,
    VisitRecorded,
    WorkItemRecorded,
)

SHANGHAI = timezone(timedelta(hours=8))
MORNING = datetime(2021, 9, 25, 7, 30, tzinfo=SHANGHAI)


def session(**other: Any) -> SessionRef:
    fields: dict[str, Any] = {
        "session_id": "s1",
        "activity_id": "a1",
        "programme": "road-angels",
        "kind": "shift",
        "street": "大鹏",
        "starts_at": MORNING,
        "ends_at": MORNING + timedelta(minutes=90),
    }
    return SessionRef(**fields | other)


def scanned(**other: Any) -> ScannedIn:
    fields: dict[str, Any] = {
        "session": session(),
        "registration_id": "r1",
        "person_ref": "p1",
        "at": MORNING,
    }
    return ScannedIn(**fields | other)


def faults_of(fact: Fact) -> dict[str, Any]:
    with pytest.raises(InvalidFact) as caught:
        write(fact)
    return caught.value.errors


def test_moments_are_written_in_utc_with_their_microseconds() -> None:
    told = scanned(at=MORNING.replace(microsecond=123))

    assert write(told)["at"] == "2021-09-24T23:30:00.000123Z"


def test_values_are_written_with_every_field_also_the_absent_ones() -> None:
    assert write(scanned())["session"] == {
        "session_id": "s1",
        "activity_id": "a1",
        "programme": "road-angels",
        "kind": "shift",
        "street": "大鹏",
        "starts_at": "2021-09-24T23:30:00Z",
        "ends_at": "2021-09-25T01:00:00Z",
        "title": None,
        "place": None,
        "confidential": False,
    }


@pytest.mark.parametrize(
    ("fact", "faults"),
    [
        (scanned(person_ref=7), {"person_ref": ["must be text"]}),
        (scanned(person_ref=None), {"person_ref": ["must be text"]}),
        (
            scanned(person_ref="\ud800"),
            {"person_ref": ["must be text that can be encoded as UTF-8"]},
        ),
        (scanned(at="2021-09-25"), {"at": ["must be a moment (datetime)"]}),
        (
            scanned(at=datetime(2021, 9, 25, 7, 30)),  # noqa: DTZ001  (naive on purpose)
            {"at": ["must be a moment with a time zone"]},
        ),
        (
            scanned(at=datetime(1, 1, 1, tzinfo=SHANGHAI)),
            {"at": ["must be a moment between the years 1 and 9999 in UTC"]},
        ),
        (scanned(session={"session_id": "s1"}), {"session": {"_": ["must be a SessionRef"]}}),
        (
            scanned(session=session(confidential=1)),
            {"session": {"confidential": ["must be true or false"]}},
        ),
        (
            SessionScheduled(session=session(), capacity=True),
            {"capacity": ["must be an integer"]},
        ),
        (
            SessionScheduled(session=session(), capacity=2**53),
            {"capacity": ["must be an integer of at most 53 bits"]},
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused(fact: Fact, faults: dict[str, Any]) -> None:
    assert faults_of(fact) == faults


def test_a_party_is_a_tuple_of_texts() -> None:
    a_list: Any = ["p1"]
    a_number: Any = ("p1", 2)
    fields: Any = {"registration_id": "r1", "session": session(), "household_ref": "p1"}

    assert faults_of(SignupConfirmed(**fields, party=a_list)) == {
        "party": ["must be a tuple of texts"]
    }
    assert faults_of(SignupConfirmed(**fields, party=a_number)) == {"party": ["must be text"]}


def test_a_word_outside_the_list_is_refused_with_the_list() -> None:
    told = SignupCancelled(
        registration_id="r1",
        session=session(),
        party=("p1",),
        household_ref="p1",
        was="forgotten",  # type: ignore[arg-type]
    )

    assert faults_of(told) == {"was": ["must be one of: confirmed, waitlisted"]}


def test_a_day_is_not_a_moment() -> None:
    fields: Any = {"visit_id": "v1", "programme": "x", "street": "大鹏", "household_ref": "h1"}

    assert write(VisitRecorded(**fields, day=date(2021, 9, 25)))["day"] == "2021-09-25"
    assert faults_of(VisitRecorded(**fields, day=datetime(2021, 9, 25, tzinfo=UTC))) == {
        "day": ["must be a date without a time"]
    }


def test_every_fault_is_told_at_once() -> None:
    told = scanned(session=session(street=None, title=3), at=None, person_ref=b"p1")

    assert faults_of(told) == {
        "session": {"street": ["must be text"], "title": ["must be text"]},
        "person_ref": ["must be text"],
        "at": ["must be a moment (datetime)"],
    }


def test_an_extra_field_is_refused() -> None:
    told = scanned()
    object.__setattr__(told, "phone", "13900000001")

    assert faults_of(told) == {"_": ["carries more or fewer fields than were declared"]}


def test_a_subclass_that_nobody_declared_is_refused() -> None:
    @dataclass(frozen=True, kw_only=True)
    class WithPhone(ScannedIn):
        phone: str

    told = WithPhone(**vars(scanned()), phone="13900000001")

    assert faults_of(told) == {"_": ["must be a ScannedIn"]}


def test_a_fact_that_was_never_declared_is_refused() -> None:
    class Rumour(Fact):
        pass

    assert faults_of(Rumour()) == {"_": ["was never declared with @fact"]}


def test_an_optional_value_may_be_none_but_nothing_else() -> None:
    fields: Any = {
        "item_id": "i1",
        "programme": "party-history",
        "category": "学习教育",
        "state": "open",
        "day": date(2021, 9, 25),
    }

    blank: Any = ""

    assert write(WorkItemRecorded(**fields))["due_on"] is None
    assert faults_of(WorkItemRecorded(**fields, due_on=blank)) == {
        "due_on": ["must be a date without a time"]
    }
