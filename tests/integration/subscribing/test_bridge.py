"""The bridge on the real broker: every public fact reaches the city once in the feed, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import contracts
from kernel.envelope import parse
from kernel.topology import PRIVATE
from services.city.bridge.copying import QUEUE
from tests.rig.abroad import FLOW, Abroad
from tests.waiting import eventually

STEPS = ("bridge.before_publish", "bridge.after_publish", "bridge.after_feed",
         "consume.before_work", "consume.after_work")


def told(abroad: Abroad, count: int, *, begin: int = 0) -> set[str]:
    """So many facts more, committed here and carried by the relay; all that were told by now."""
    abroad.tell(f"v{number}" for number in range(begin, begin + count))
    return abroad.accepted


def names(facts: Iterable[dict[str, Any]]) -> list[str]:
    return [fact["data"]["visit_id"] for fact in facts]


def all_fed(abroad: Abroad, accepted: set[str]) -> list[dict[str, Any]]:
    def there() -> list[dict[str, Any]]:
        fed = abroad.fed()
        assert set(names(fed)) == accepted, f"{len(fed)} of {len(accepted)} fed"
        return fed

    found = eventually(there, within=40)
    assert found is not None
    return found


def in_order(facts: Iterable[dict[str, Any]]) -> bool:
    """Whether each subject's facts, when they first came, came by their sequence, without gaps."""
    last: dict[tuple[str, str], int] = defaultdict(int)
    for fact in facts:
        subject, sequence = (fact["source"], fact["subject"]), int(fact["sequence"])
        if sequence > last[subject] + 1:
            return False
        last[subject] = max(last[subject], sequence)
    return True


def test_what_is_told_here_is_in_the_feed_once_and_in_the_stream_in_the_same_order(
    abroad: Abroad
) -> None:
    abroad.relay().start(ready=False)
    abroad.bridge().start()

    fed = all_fed(abroad, told(abroad, 40))

    assert names(fed) == names(abroad.logged())
    assert len({fact["id"] for fact in fed}) == 40
    assert abroad.store.feed.last() == 40


@pytest.mark.parametrize("step", STEPS)
def test_a_bridge_that_dies_leaves_no_gap_and_only_the_same_ids_come_twice(
    step: str, abroad: Abroad
) -> None:
    abroad.relay().start(ready=False)
    accepted = told(abroad, 12)
    dying = abroad.bridge().start(ready=False, CRASH_AT=step)
    dying.has_crashed()

    accepted = told(abroad, 12, begin=12)
    dying.start()
    fed, logged = all_fed(abroad, accepted), abroad.logged()

    assert len({fact["id"] for fact in fed}) == len(fed) == 24
    assert {fact["id"] for fact in logged} == {fact["id"] for fact in fed}
    assert in_order(fed) and in_order(logged)


@pytest.mark.chaos
def test_of_two_bridges_one_works_and_the_other_takes_over_from_one_that_froze(
    abroad: Abroad
) -> None:
    abroad.relay().start(ready=False)
    first = abroad.bridge().start(CRASH_AT="freeze@bridge.after_publish")
    eventually(lambda: abroad.copies(first))
    accepted = told(abroad, 10)
    first.wait_until_frozen()
    second = abroad.bridge().start()
    eventually(lambda: abroad.copies(second))

    accepted = told(abroad, 10, begin=10)
    fed = all_fed(abroad, accepted)  # as soon as the broker misses the heartbeat
    first.thaw()
    accepted = told(abroad, 10, begin=20)
    fed = all_fed(abroad, accepted)

    assert len({fact["id"] for fact in fed}) == len(fed) == 30
    assert in_order(fed) and in_order(abroad.logged())


def test_what_is_private_is_parked_and_never_leaves(abroad: Abroad) -> None:
    """Bound by mistake, or put in by hand: nothing of it is in the city."""
    with abroad.queues.channel() as channel:
        channel.queue_bind(QUEUE, PRIVATE, "#")
    abroad.bridge().start()
    document = parse(_golden("events.contact_recorded.v1")).to_json()
    abroad.queues.put(document.encode(), queue=QUEUE)

    [message] = eventually(lambda: abroad.queues.parked(FLOW))

    assert "not public" in message.headers["x-reason"]
    assert abroad.fed() == abroad.logged() == []


def _golden(key: str) -> str:
    return (Path(contracts.__file__).parent / "examples" / f"{key}.json").read_text("utf-8")
