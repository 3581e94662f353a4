"""The newest facts, read once for everybody: answers are those of the feed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import CATALOGUE
from services.city.store.feed import Fed as Row
from services.city.webhooks.tail import Tail
from tests.unit.city.builders import NOW, published
from tests.unit.city.test_feed import Fed

KEYS = sorted(CATALOGUE)[:3]
KEPT = 6


class Read(Fed):
    """The feed, and which ranges of it were read."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges = list[tuple[int, int]]()

    def between(self, behind: int, end: int) -> list[Row]:
        self.ranges.append((behind, end))
        return super().between(behind, end)


more_facts = st.tuples(st.just("more"), st.lists(st.sampled_from(KEYS), max_size=KEPT + 3))
asked = st.tuples(st.just("asked"), st.integers(0, 12), st.integers(1, 5),
                  st.lists(st.sampled_from(KEYS), max_size=3))
forgotten = st.tuples(st.just("forgotten"))


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.one_of(more_facts, asked, forgotten), max_size=12))
def test_it_answers_as_the_feed_wherever_one_is_and_whatever_comes_or_goes(
        steps: list[Any]) -> None:
    feed = Fed()
    tail, told = Tail(feed, kept=KEPT), 0
    for what, *how in steps:
        if what == "more":
            [keys] = how
            feed.keep(*[published(f"n{told + place}", key) for place, key in enumerate(keys)],
                      after=timedelta(hours=1))
            told += len(keys)
        elif what == "forgotten":
            feed.forget(NOW + timedelta(hours=2))
            feed.drop()
        else:
            back, limit, keys = how
            position = max(feed.last() - back, 0)
            assert tail.after(position, keys, limit=limit) == feed.after(position, keys,
                                                                         limit=limit)


def test_twenty_who_keep_up_cost_one_reading() -> None:
    feed = Read()
    tail = Tail(feed)
    feed.keep(*[published(f"n{place}", KEYS[0]) for place in range(30)])
    for _ in range(20):
        assert len(tail.after(0, KEYS, limit=50).facts) == 30
    feed.keep(published("new", KEYS[0]))
    for _ in range(20):
        assert [each.position for each in tail.after(30, KEYS, limit=50).facts] == [31]
    assert feed.ranges == [(0, 30), (30, 31)]
