"""Waiting for the feed: one look for everybody, and only who is meant is woken."""

from __future__ import annotations

from collections.abc import Collection
from time import monotonic
from unittest.mock import patch

import eventlet
import pytest
from eventlet.greenpool import GreenPool

from kernel.group_commit import Overloaded
from services.city.domain.broken import TooManyWaiting
from services.city.service.watch import LOOK, Watch
from services.city.store.feed import Stretch
from tests.unit.city.builders import published
from tests.unit.city.test_feed import KEY, OTHER, Fed


class Counted(Fed):
    """The feed, and how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = self.pages = 0

    def last(self) -> int:
        self.looks += 1
        return super().last()

    def after(self, position: int, keys: Collection[str], *, limit: int) -> Stretch:
        self.pages += 1
        return super().after(position, keys, limit=limit)


def test_a_thousand_who_wait_share_one_look_at_the_database() -> None:
    feed, pool, woken = Counted(), GreenPool(1_000), set()
    watch, began = Watch(feed), monotonic()

    def wait(number: int) -> None:
        place = watch.take(f"s{number}", {}, most=1)
        key = KEY if number % 2 else OTHER
        if watch.wait(place, frozenset({key}), behind=0, until=began + 3):
            woken.add(key)
            assert len(watch.page(0, frozenset({key}), limit=9).facts) == 1
        watch.leave(place)

    with patch.object(feed.tallies, "keys_behind", wraps=feed.tallies.keys_behind) as read:
        for number in range(1_000):
            pool.spawn(wait, number)
        eventlet.spawn_after(0.5, feed.keep, published("a", KEY))
        pool.waitall()

    assert woken == {KEY}
    assert read.call_count == feed.pages == 1
    assert feed.looks <= (monotonic() - began) / LOOK + 2


def test_what_came_before_one_began_to_wait_ends_the_wait_at_once() -> None:
    feed = Counted()
    watch = Watch(feed)
    first, second = watch.take("a", {}, most=1), watch.take("b", {}, most=1)
    feed.keep(published("a", KEY))
    watch.wait(first, frozenset({KEY}), behind=0, until=monotonic() + 20)

    began = monotonic()
    watch.wait(second, frozenset({KEY}), behind=0, until=began + 20)

    assert monotonic() - began < 5


def test_places_are_limited_for_each_and_for_all() -> None:
    watch = Watch(Counted(), most=3)
    places = [watch.take("a", {}, most=2) for _ in range(2)]

    with pytest.raises(TooManyWaiting):
        watch.take("a", {}, most=2)
    watch.take("b", {}, most=2)
    with pytest.raises(Overloaded):
        watch.take("c", {}, most=2)
    watch.leave(places[0])
    watch.leave(places[0])
    watch.take("a", {}, most=2)
