"""Facts are read tolerantly: what is new is ignored, what is broken is named in full."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts import InvalidFact, UnknownFact, read
from contracts.event import record_of_fact
from contracts.events import ScannedIn, SessionClosed, SignupConfirmed, WorkItemRecorded
from contracts.export.words import sample


def told(cls: type, **other: Any) -> dict[str, Any]:
    return sample(record_of_fact(cls)) | other


def faults_of(cls: type[SignupConfirmed], data: Any) -> dict[str, Any]:
    with pytest.raises(InvalidFact) as caught:
        read(cls.key, data)
    return caught.value.errors


def test_fields_that_nobody_knows_are_ignored_also_inside_a_value() -> None:
    session = told(ScannedIn)["session"]
    newer = told(ScannedIn, weather="晴", session=session | {"bus": {"line": 1}})

    assert read(ScannedIn.key, newer) == read(ScannedIn.key, told(ScannedIn))


def test_an_absent_optional_field_takes_its_default() -> None:
    older = told(SessionClosed)
    del older["served_count"], older["session"]["place"], older["session"]["confidential"]

    heard = read(SessionClosed.key, older)

    assert isinstance(heard, SessionClosed)
    assert (heard.served_count, heard.session.place, heard.session.confidential) == (
        None,
        None,
        False,
    )


def test_a_moment_of_any_offset_is_read_as_utc() -> None:
    heard = read(ScannedIn.key, told(ScannedIn, at="2021-09-25T07:20:00.5+08:00"))

    assert isinstance(heard, ScannedIn)
    assert heard.at == datetime(2021, 9, 24, 23, 20, 0, 500_000, tzinfo=UTC)
    assert heard.at.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["2021-09-25", "2021-09-25T07:20:00", "20210925", "today", "", 5, None, ["x"]],
)
def test_a_moment_without_a_zone_is_not_read(text: object) -> None:
    with pytest.raises(InvalidFact) as caught:
        read(ScannedIn.key, told(ScannedIn, at=text))

    assert list(caught.value.errors) == ["at"]


@pytest.mark.parametrize("text", ["2021-W38-6", "20210925", "2021-02-29", "2021-09-25T00:00", 5])
def test_a_day_is_read_only_as_year_month_day(text: object) -> None:
    with pytest.raises(InvalidFact) as caught:
        read(WorkItemRecorded.key, told(WorkItemRecorded, day=text))

    assert caught.value.errors == {"day": ["must be a date such as 2021-09-30"]}


def test_a_day_is_read() -> None:
    heard = read(WorkItemRecorded.key, told(WorkItemRecorded, day="2020-02-29"))

    assert isinstance(heard, WorkItemRecorded)
    assert heard.day == date(2020, 2, 29)


@pytest.mark.parametrize(
    "value", ["40", 40.0, True, None, 10**30, [40]], ids=lambda value: repr(value)[:8]
)
def test_a_number_is_read_only_from_an_integer(value: object) -> None:
    with pytest.raises(InvalidFact) as caught:
        read(SessionClosed.key, told(SessionClosed, present=value))

    assert list(caught.value.errors) == ["present"]


def test_every_fault_is_named_at_once() -> None:
    data = {"registration_id": 3, "session": {"starts_at": "soon"}, "party": "p1"}

    faults = faults_of(SignupConfirmed, data)

    missing = ["Missing data for required field."]
    assert faults["registration_id"] == ["must be text"]
    assert faults["party"] == ["must be a list of texts"]
    assert faults["household_ref"] == missing
    assert faults["session"]["session_id"] == missing
    assert faults["session"]["starts_at"] == [
        "must be a moment with a time zone such as 2021-09-30T01:30:00Z"
    ]


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_data_that_is_no_object_is_refused(data: object) -> None:
    assert faults_of(SignupConfirmed, data) == {"_": ["must be an object"]}


@pytest.mark.parametrize("session", [None, [], "s1"])
def test_a_value_that_is_no_object_is_refused(session: object) -> None:
    data = told(SignupConfirmed, session=session)

    assert list(faults_of(SignupConfirmed, data)) == ["session"]


def test_a_fault_never_repeats_the_value() -> None:
    with pytest.raises(InvalidFact) as caught:
        read(SignupConfirmed.key, told(SignupConfirmed, party=[13900000001]))

    assert "13900000001" not in str(caught.value)


def test_an_unknown_key_is_told_apart_from_bad_data() -> None:
    with pytest.raises(UnknownFact) as caught:
        read("events.signup_confirmed.v9", {})

    assert caught.value.key == "events.signup_confirmed.v9"
