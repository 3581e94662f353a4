"""The fates of a message, without a broker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kernel.consume.fate import (
    Done,
    Held,
    Later,
    Outage,
    Parked,
    Past,
    Permanent,
    fate_of,
    past_of,
    reason_of,
)
from kernel.mongo import Unavailable

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


def raised(error: Exception) -> Exception:
    """The error as it is after somebody raised it."""
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_failing_message_climbs_rung_by_rung_and_is_then_parked() -> None:
    error = raised(ValueError("boom"))

    fates = [fate_of(error, past=Past(attempts=attempts), rungs=4) for attempts in range(5)]

    assert [fate.rung for fate in fates if isinstance(fate, Later)] == [0, 1, 2, 3]
    assert isinstance(fates[4], Parked) and fates[4].reason.startswith("failed 5 times: ValueError")


def test_a_permanent_error_is_parked_at_once_with_what_it_says() -> None:
    assert fate_of(Permanent("no such street"), past=Past(), rungs=4) == Parked(
        "permanent: no such street"
    )


def test_a_database_that_is_away_keeps_the_message_in_hand_however_often() -> None:
    assert fate_of(Unavailable("away"), past=Past(attempts=99), rungs=4) == Held()


def test_a_reason_names_kind_and_place_but_never_the_text_of_an_error() -> None:
    reason = reason_of(raised(ValueError("测试甲 13900000001")))

    assert reason.startswith("ValueError in raised (kernel/test_fate_rules.py:")
    assert "1390000" not in reason


def test_reasons_are_short_enough_for_a_header() -> None:
    fate = fate_of(Permanent("x" * 5000), past=Past(), rungs=4)

    assert isinstance(fate, Parked) and len(fate.reason) == 300


def test_headers_carry_attempts_and_the_first_failure_and_nothing_foreign() -> None:
    first = past_of({"x-death": [{}], "nameko.a": 1}).failed(queue="a.b", reason="r", now=NOON)
    second = past_of(first).failed(queue="a.b", reason="s", now=NOON.replace(year=2022))

    assert first == {
        "x-attempt": 1,
        "x-reason": "r",
        "x-first-failed-at": "2021-09-01T04:00:00+00:00",
        "x-queue": "a.b",
    }
    assert second["x-attempt"] == 2
    assert second["x-first-failed-at"] == "2021-09-01T04:00:00+00:00"


ATTEMPTS: list[object] = [None, True, -1, 1000, 1e9, "3", [1], {"a": 1}, b"1", float("nan")]
HOSTILE: list[object] = [None, 7, "text", [], {}, *({"x-attempt": value} for value in ATTEMPTS)]


@pytest.mark.parametrize("headers", HOSTILE, ids=str)
def test_headers_that_are_not_ours_count_as_absent(headers: object) -> None:
    assert past_of(headers) == Past()


def test_a_first_failure_that_is_no_short_text_counts_as_absent() -> None:
    wrong: list[object] = [[], 3, "x" * 41]
    for value in wrong:
        assert past_of({"x-first-failed-at": value}).first_failed_at is None


def test_five_failures_in_a_row_make_the_consumer_pause_longer_and_longer() -> None:
    outage, pauses = Outage(), []
    for _ in range(11):
        outage.failed(Later(0, "r"))
        pauses.append(outage.pause)

    assert pauses == [0, 0, 0, 0, 0.5, 1, 2, 4, 8, 10, 10]


def test_a_database_that_is_away_makes_it_pause_at_once_and_success_ends_the_pause() -> None:
    outage = Outage()
    outage.failed(Held())
    assert outage.probing and outage.pause == 0.5

    outage.worked()
    assert not outage.probing and Done() == Done()
