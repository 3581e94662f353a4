"""Digests: the same for the same content, another for one changed byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from kernel.digest import canonical, digest


@dataclass(frozen=True)
class Inner:
    day: date


MOMENT = datetime(2021, 9, 30, 4, 0, tzinfo=UTC)
CONTENT = {"b": [1, 2.5, None], "a": "向心", "inner": Inner(date(2021, 9, 30)), "at": MOMENT}


def test_what_is_covered_can_be_written_by_anybody() -> None:
    assert canonical({**CONTENT, "hash": "left out"}) == (
        '{"a":"向心","at":"2021-09-30T04:00:00.000+00:00","b":[1,2.5,null],'
        '"inner":{"day":"2021-09-30"}}'
    )
    assert digest(CONTENT) == sha256(canonical(CONTENT).encode()).hexdigest()


def test_the_same_moment_in_another_zone_is_the_same_content() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert digest({**CONTENT, "at": elsewhere}) == digest(CONTENT)


@pytest.mark.parametrize("changed", [
    {"b": [1, 2.6, None]}, {"a": "向心 "}, {"inner": Inner(date(2021, 10, 1))}, {"new": 0},
    {"at": MOMENT + timedelta(milliseconds=1)},
])
def test_one_change_is_another_digest(changed: dict[str, object]) -> None:
    assert digest({**CONTENT, **changed}) != digest(CONTENT)
