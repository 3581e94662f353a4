"""What a full queue dropped, read from the broker's own words about each message."""

from __future__ import annotations

import pytest

from services.city.bridge.drops import dropped_by
from services.city.domain.subscriber import name_of


def dead(queue: object, reason: object = "maxlen") -> dict[str, object]:
    return {"x-first-death-queue": queue, "x-first-death-reason": reason}


def test_each_counts_for_the_queue_that_was_full() -> None:
    told = [dead("sub.data-bureau.main"), dead("sub.a-b.main"), dead("sub.data-bureau.main")]

    assert dropped_by(told) == {"data-bureau": 2, "a-b": 1}


@pytest.mark.parametrize("headers", [
    {}, dead("sub.data-bureau.main", "rejected"), dead("city.dropped"), dead(None), dead(7, 7),
    dead("sub..main"), dead("sub.data-bureau.main.parked"), {"x-death": "nonsense"},
])
def test_what_a_subscriber_refused_itself_and_what_cannot_be_read_counts_for_nobody(
    headers: dict[str, object]
) -> None:
    assert dropped_by([headers, dead("sub.abc.main")]) == {"abc": 1}


def test_a_queue_has_the_name_of_its_subscriber() -> None:
    assert name_of("sub.data-bureau.main") == "data-bureau"
    assert name_of("bridge.copy-facts") is None
