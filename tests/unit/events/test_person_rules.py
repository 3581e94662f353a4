"""Telephone numbers, names and ages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.person import Newcomer, age_on, needs_guardian, normalise_phone


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


def test_fourteen_is_reached_on_the_birthday() -> None:
    child = Newcomer(name="测试", phone="13900000001", birth_date=date(2007, 9, 1))
    assert needs_guardian(child, date(2021, 8, 31))
    assert not needs_guardian(child, date(2021, 9, 1))


def test_who_is_born_on_the_leap_day_turns_older_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2022, 2, 28)) == 13
    assert age_on(date(2008, 2, 29), date(2022, 3, 1)) == 14
