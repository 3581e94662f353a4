"""A subscriber that fell behind: what its queue dropped is counted, seen, and got from the feed."""

from __future__ import annotations

import pytest

from services.city.domain.granting import granted
from services.city.domain.subscriber import Subscriber
from tests.rig.abroad import Abroad
from tests.rig.outsider import Outsider, Typed, added
from tests.waiting import eventually

FACTS, WORK = "events.visit_recorded.v1", "events.work_item_recorded.v1"
MANY = 3000  # of 428 bytes each: more than a megabyte


def dropped(abroad: Abroad, outsider: Outsider) -> int:
    found = abroad.store.subscribers.of(outsider.name)
    assert isinstance(found, Subscriber)
    return found.dropped


def standing(abroad: Abroad, outsider: Outsider) -> int:
    seen = abroad.store.standings.all().get(outsider.name)
    return seen.depth if seen else -1


def test_what_a_full_queue_dropped_is_counted_and_found_by_replay(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    """The oldest went: the sequence of the first that is left shows the gap."""
    behind = added(typed, name, "--facts", FACTS, "--megabytes", "1")
    abroad.relay().start(ready=False)
    abroad.bridge().start()
    abroad.tell_of_one(MANY)
    eventually(lambda: abroad.store.feed.last() == MANY)

    behind.listen()
    heard = behind.hear(1)
    counted = eventually(lambda: dropped(abroad, behind))

    missing = MANY - len(heard)
    assert 0 < missing < MANY
    assert int(heard[0]["sequence"]) == missing + 1
    eventually(lambda: dropped(abroad, behind) == missing)
    assert counted <= missing
    fed = abroad.fed()[:missing]
    assert [int(fact["sequence"]) for fact in [*fed, *heard]] == [*range(1, MANY + 1)]
    behind.leave()


@pytest.mark.chaos
def test_what_waits_is_seen_with_how_long(abroad: Abroad, typed: Typed, name: str) -> None:
    waiting = added(typed, name, "--facts", FACTS)
    abroad.relay().start(ready=False)
    abroad.bridge().start()
    abroad.tell(["one", "two", "three"])
    abroad.tell_of_work(["not-granted"])

    eventually(lambda: standing(abroad, waiting) == 3)

    [first] = abroad.store.feed.after(0, granted([FACTS]), limit=1).facts
    assert abroad.store.standings.all()[name].oldest_at == first.published_at
    waiting.listen()
    waiting.hear(3)
    eventually(lambda: standing(abroad, waiting) == 0)
    assert abroad.store.standings.all()[name].oldest_at is None
    waiting.leave()
