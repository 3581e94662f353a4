"""Telephone numbers, names and ages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SHANGHAI, age_on
from kernel.contact import normalise_phone
from services.events.domain.broken import (
    AgeOutsideLimits,
    BirthDateNeeded,
    GuardianConsentNeeded,
    GuardianNotAllowed,
)
from services.events.domain.person import Person, check_age
from services.events.domain.session import Session
from services.events.domain.terms import Terms
from tests.unit.events.builders import a_session


@pytest.mark.parametrize("written", [
    "13900000001", "139 0000 0001", "+86 139-0000-0001", "+8613900000001", "0086 13900000001",
    "8613900000001", " 139　0000 0001 ", "１３９００００００01", "（139）0000-0001",
])
def test_a_number_is_normalised_to_eleven_digits(written: str) -> None:
    assert normalise_phone(written) == "13900000001"


@pytest.mark.parametrize("written", [
    "", "1390000000", "139000000012", "12900000001", "03900000001", "+85213900000001",
    "13900000001x", "１３９", "139٠0000001", "861390000000",
])
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    assert normalise_phone(written) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_the_outcome_is_a_valid_number_or_none(written: str) -> None:
    number = normalise_phone(written)
    assert number is None or (len(number) == 11 and number.isascii() and number[0] == "1")
    assert number is None or normalise_phone(number) == number


def child(birth_date: date | None, guardian_ref: str | None = "guardian") -> Person:
    return Person(person_ref="child", birth_date=birth_date, guardian_ref=guardian_ref)


def on(day: date, **terms: Any) -> Session:
    """A session that starts at 7:30 in Shanghai on the day, which is the day before in UTC."""
    start = datetime.combine(day, time(7, 30), SHANGHAI).astimezone(UTC)
    return a_session(starts_at=start, ends_at=start + timedelta(hours=2), terms=Terms(**terms))


def test_fourteen_is_reached_on_the_local_day_of_the_session() -> None:
    born = date(2007, 9, 1)
    assert check_age(0, child(born), on(date(2021, 8, 31)))
    assert not check_age(0, child(born), on(date(2021, 9, 1)))


def test_a_child_without_a_guardian_and_a_guardian_who_is_the_child_are_refused() -> None:
    day = on(date(2021, 9, 1))
    with pytest.raises(GuardianConsentNeeded):
        check_age(0, child(date(2015, 1, 1), None), day)
    with pytest.raises(GuardianNotAllowed):
        check_age(0, child(date(2015, 1, 1), "child"), day)


def test_an_unknown_birth_date_fails_closed_where_there_is_an_age_limit() -> None:
    with pytest.raises(BirthDateNeeded):
        check_age(0, child(None), on(date(2021, 9, 1), min_age=18))
    assert not check_age(0, child(None), on(date(2021, 9, 1)))


@pytest.mark.parametrize(("born", "is_let_in"), [
    (date(2003, 9, 1), True), (date(2003, 9, 2), False), (date(1986, 9, 2), True),
    (date(1985, 9, 1), False),
])
def test_age_limits_hold_on_the_local_day_of_the_session(born: date, is_let_in: bool) -> None:
    day = on(date(2021, 9, 1), min_age=18, max_age=35)
    if is_let_in:
        assert not check_age(0, child(born), day)
    else:
        with pytest.raises(AgeOutsideLimits):
            check_age(0, child(born), day)


def test_who_is_born_on_the_leap_day_turns_older_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2022, 2, 28)) == 13
    assert age_on(date(2008, 2, 29), date(2022, 3, 1)) == 14
