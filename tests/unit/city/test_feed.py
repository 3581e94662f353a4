"""The feed: positions without gaps, each fact once, in the order of their publication."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.transaction import Transactions
from services.city.store.feed import LOOKED, Feed, Published, Stretch
from services.city.store.heads import EVERY
from tests.unit.city.builders import NOW, published

KEY = "events.visit_recorded.v1"
OTHER = "events.work_item_recorded.v1"


class Fed(Feed):
    """The feed with the way to write it."""

    def __init__(self) -> None:
        self.clock, database = FixedClock(NOW), memory_database()
        self.transactions = Transactions(database, source="/xiangxin/city", clock=self.clock)
        super().__init__(database)

    def keep(self, *facts: Published, after: timedelta = timedelta()) -> None:
        self.clock.advance(after)
        self.transactions.run(lambda transaction: self.append(facts, transaction))


@pytest.fixture
def feed() -> Fed:
    return Fed()


def test_positions_count_from_one_and_a_fact_keeps_its_own(feed: Fed) -> None:
    feed.keep(published("a"), published("b"))
    feed.keep(published("b"), published("c"), published("c"))

    assert [(one.position, one.id) for one in feed.after(0, [KEY], limit=9).facts] == [
        (1, "id-a"), (2, "id-b"), (3, "id-c")]
    assert feed.last() == 3
    assert feed.known(["id-a", "id-x"]) == {"id-a"}


def test_one_reads_on_behind_what_one_knows_and_only_what_one_asks_for(feed: Fed) -> None:
    feed.keep(published("a"), published("b", OTHER), published("c"))

    assert [one.position for one in feed.after(1, [KEY, OTHER], limit=9).facts] == [2, 3]
    assert [one.position for one in feed.after(0, [KEY], limit=9).facts] == [1, 3]
    assert [one.position for one in feed.after(0, [KEY, OTHER], limit=1).facts] == [1]
    assert feed.after(3, [KEY, OTHER], limit=9) == Stretch(facts=[], reached=3, more=False)


def test_the_oldest_are_forgotten_and_the_numbers_go_on(feed: Fed) -> None:
    assert (feed.first(), feed.last()) == (1, 0)
    feed.keep(published("a"))
    feed.keep(published("b"), after=timedelta(days=2))

    assert feed.forget(NOW + timedelta(days=1)) == 1
    assert (feed.first(), feed.last()) == (2, 2)
    assert feed.forget(NOW + timedelta(days=9)) == 1
    feed.keep(published("c"), after=timedelta(days=7))

    assert (feed.first(), feed.last()) == (3, 3)


def test_a_moment_leads_to_the_position_before_it(feed: Fed) -> None:
    for name in "abc":
        feed.keep(published(name), after=timedelta(days=1))

    assert feed.since(NOW) == 0
    assert feed.since(NOW + timedelta(days=2)) == 1
    assert feed.since(NOW + timedelta(days=5)) == 3


def test_what_is_meant_for_others_is_passed_by_and_not_without_end(feed: Fed) -> None:
    feed.keep(*[published(f"o{each}", OTHER) for each in range(LOOKED + 40)], published("z"))

    first = feed.after(0, [KEY], limit=9)
    second = feed.after(first.reached, [KEY], limit=9)

    assert (first.facts, first.reached, first.more) == ([], LOOKED, True)
    assert [one.id for one in second.facts] == ["id-z"]
    assert (second.reached, second.more) == (LOOKED + 41, False)


def test_time_does_not_go_back_when_a_clock_does(feed: Fed) -> None:
    feed.keep(published("a"), after=timedelta(days=2))
    feed.keep(published("b"), after=timedelta(days=-1))

    assert [one.published_at for one in feed.after(0, [KEY], limit=9).facts] == [
        NOW + timedelta(days=2)] * 2


def test_rows_are_deleted_the_time_after_from_mark_to_mark(feed: Fed) -> None:
    feed.keep(*[published(f"a{each}") for each in range(2 * EVERY + 50)])
    feed.keep(*[published(f"b{each}") for each in range(EVERY)], after=timedelta(days=2))

    assert feed.drop() == 0
    assert feed.forget(NOW + timedelta(days=1)) == 2 * EVERY + 50
    assert feed.at(1) is not None  # somebody may be reading it
    assert feed.after(0, [KEY], limit=1).facts[0].id == "id-b0"
    assert (feed.drop(), feed.drop()) == (2 * EVERY, 0)
    assert (feed.at(1), feed.at(2 * EVERY)) == (None, None)
    assert feed.tallies.behind(0, [KEY]) == EVERY
    assert feed.tallies.next(0, [KEY]) == 2 * EVERY + 51
