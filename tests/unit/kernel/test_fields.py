"""Fields at the door: the whole text fits, and days are of our time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from kernel.web.fields import FIRST_YEAR, LAST_YEAR, Day, Pattern


class Appointment(Schema):
    """A day."""

    day = Day(required=True)


@pytest.mark.parametrize("text", ["", "A", "ab!", "a b", "ab\n", "\nab", "ab'--", "abcd"])
def test_a_text_fits_from_its_first_to_its_last_character(text: str) -> None:
    with pytest.raises(ValidationError):
        Pattern("[a-z]{1,3}")(text)


def test_one_of_several_ways_fits_as_a_whole_too() -> None:
    either = Pattern("a|bc")
    assert [either(text) for text in ("a", "bc")] == ["a", "bc"]
    with pytest.raises(ValidationError):
        either("ac")


@given(st.dates())
def test_a_day_is_taken_when_it_is_of_our_time(day: object) -> None:
    text = str(day)
    inside = FIRST_YEAR <= int(text[:4]) <= LAST_YEAR
    assert bool(Appointment().validate({"day": text})) is not inside
