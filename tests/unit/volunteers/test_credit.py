"""What a stay is worth: C-01, C-02, C-05, C-06, C-07, C-12."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.hours import hours
from services.volunteers import domain
from services.volunteers.domain import Line, Span, Stay
from tests.unit.volunteers.builders import an_entry, at, attended, session, worth


def stay(start: str, end: str) -> Stay:
    return Stay(checked_in_at=at(start), checked_out_at=at(end))


def line(start: str, end: str) -> Line:
    """What one stay at the usual session is worth."""
    [found] = worth(attended(start, end))
    return found


def test_c_01_only_time_within_the_session_counts() -> None:
    found = line("07:20", "09:10")
    assert found.minutes == 90
    assert found.spans == (Span(at("07:30"), at("09:00")),)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("07:30:00", "08:00:59", 30),
        ("07:30:31", "08:00:30", 29),
        ("07:30:31", "08:00:31", 30),
        ("07:20", "07:30", 0),
        ("09:00", "09:10", 0),
        ("08:00", "08:00:59", 0),
    ],
)
def test_c_01_seconds_are_dropped_once_after_the_intersection(
    start: str, end: str, minutes: int
) -> None:
    assert line(start, end).minutes == minutes


def test_c_01_an_approved_extension_counts_and_a_declared_break_does_not() -> None:
    breaks = [Span(at("08:00"), at("08:15"))]
    extension = timedelta(minutes=10)
    spans = domain.counted(stay("07:20", "09:30"), session(), extension=extension, breaks=breaks)
    assert domain.minutes(spans) == 85


def test_c_02_hours_are_rounded_half_up_once_after_summing() -> None:
    assert hours(3 * 50) == 2.5
    assert hours(50) == 0.83
    assert hours(60 * 99 + 59) == 99.98
    assert hours(190_080) == 3168
    assert hours(27) == 0.45
    assert isinstance(hours(120), int)


def test_c_07_no_minute_counts_twice_and_touching_sessions_do_not_overlap() -> None:
    taken = [Span(at("07:00"), at("07:30")), Span(at("08:00"), at("08:20"))]
    left = domain.without(domain.counted(stay("07:20", "09:10"), session()), taken)
    assert domain.minutes(left) == 70
    assert left == (Span(at("07:30"), at("08:00")), Span(at("08:20"), at("09:00")))


def test_c_12_only_voluntary_service_is_credited() -> None:
    assert domain.is_credited(session(kind="shift"))
    assert not any(domain.is_credited(session(kind=kind)) for kind in ("gathering", "course"))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("07:20", "09:10", "07:30–09:00 计 90 分钟"),
        ("07:31:30", "09:10", "07:31:30–09:00 计 88 分钟"),
        ("09:05", "09:10", "签到至签退与场次时间没有可计的部分，计 0 分钟"),
    ],
)
def test_every_entry_is_explained_in_words(start: str, end: str, words: str) -> None:
    assert domain.explained(an_entry(line(start, end))) == words


def test_a_held_entry_says_what_is_missing() -> None:
    [held] = worth(attended("07:20", present=True))
    said = domain.explained(an_entry(held))
    assert said == "待核实：有签到，没有签退，组织者确认前不计时长"
