"""Copying: published, then given its position; whatever goes wrong, it waits in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from kernel.clock import FixedClock
from kernel.consume.fate import Permanent
from kernel.memory import memory_database
from kernel.mongo import Unavailable
from kernel.transaction import Transactions
from services.city.bridge.copying import Copying
from services.city.store.feed import Feed, Published
from tests.unit.city.builders import NOW, told

KEY = "events.visit_recorded.v1"


class Square:
    """Keeps what was published; `away` says how many publishes fail first."""

    def __init__(self, away: int = 0) -> None:
        self.away, self.heard = away, list[str]()

    def publish(self, facts: Sequence[Published]) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("nobody there")
        self.heard += [fact.id for fact in facts]


@dataclass
class Bridge:
    """Copying into a feed in memory."""

    square: Square = field(default_factory=Square)

    def __post_init__(self) -> None:
        database = memory_database()
        transactions = Transactions(database, source="/xiangxin/city", clock=FixedClock(NOW))
        self.feed = Feed(database)
        self.copy = Copying(transactions, self.feed, self.square).copy

    @property
    def positions(self) -> list[str]:
        return [one.id for one in self.feed.after(0, [KEY], limit=99).facts]


def test_facts_go_out_and_get_their_positions_in_the_order_in_which_they_came() -> None:
    bridge = Bridge()

    bridge.copy([told("a", 1), told("b", 1), told("a", 2)])

    assert bridge.square.heard == bridge.positions == ["id-a-1", "id-b-1", "id-a-2"]


def test_what_has_its_position_is_not_published_again() -> None:
    bridge = Bridge()
    bridge.copy([told("a")])

    bridge.copy([told("a"), told("b")])

    assert bridge.square.heard == ["id-a-1", "id-b-1"]


def test_without_the_broker_nothing_gets_a_position_and_everything_waits() -> None:
    bridge = Bridge(Square(away=1))

    with pytest.raises(Unavailable):
        bridge.copy([told("a")])

    assert bridge.positions == []
    bridge.copy([told("a")])
    assert bridge.positions == ["id-a-1"]


def test_what_may_not_leave_is_set_apart_for_good_and_nothing_of_its_batch_went() -> None:
    bridge = Bridge()

    with pytest.raises(Permanent, match="not public"):
        bridge.copy([told("a"), told("b", type="events.contact_recorded.v1")])

    assert bridge.square.heard == bridge.positions == []
