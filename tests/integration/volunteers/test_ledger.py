"""The ledger on a real database: the same whatever the order, the repeats and the workers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.clock import FixedClock
from kernel.envelope import Envelope
from kernel.memory import memory_database
from kernel.mongo import ensure_indexes, open_database
from kernel.outbox import all_rows
from kernel.transaction import KERNEL_INDEXES, Transactions
from services.volunteers.domain import Entry
from services.volunteers.store import INDEXES, Store
from services.volunteers.usecases import App, credit_hours, hours_of
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit

NUMBERS = count()


@dataclass(frozen=True)
class Where:
    mongodb_uri: str
    database_prefix: str


def app_on(database: Any) -> App:
    transactions = Transactions(database, source="/volunteers", clock=FixedClock(at("12:00")))
    return App(transactions=transactions, store=Store(database))


@pytest.fixture
def app(mongodb_uri: str, database_name: str) -> Iterator[App]:
    database = open_database(Where(mongodb_uri, database_name), "volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield app_on(database)
    database.client.close()


def season(who: str) -> list[Envelope]:
    """A volunteer's days: whole stays, two stays at one session, one held, one of no kind."""
    twice, held = session("10:00", "12:00", id=f"{who}-twice"), session(id=f"{who}-held")
    other = session("14:00", "16:00", id=f"{who}-other", kind="gathering")
    return told(
        *visit("07:30", "09:00", id=f"{who}-whole", who=who),
        came(at("09:50"), twice, who), left(at("10:40"), twice, who),
        came(at("11:00"), twice, who), left(at("12:30"), twice, who), closed(where=twice, who=who),
        came(at("07:20"), held, who), closed(where=held, who=who),
        came(at("14:00"), other, who), left(at("16:00"), other, who),
    )


def lines(app: App, who: str) -> list[tuple[Any, ...]]:
    """The ledger without the person's own ids, so that two people can be compared."""
    entries = hours_of(app, who).entries
    return sorted(
        (one.session.session_id.removeprefix(who), one.state, one.minutes, str(one.spans))
        for one in entries
    )


def facts_told(app: App, who: str) -> int:
    return sum(row.subject == f"person/{who}" for row in all_rows(app.transactions.database))


EXPECTED = [("-held", "held", 0), ("-twice", "credited", 40), ("-twice", "credited", 60),
            ("-whole", "credited", 90)]


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[int]]:
    """The twelve facts of `season` in any order, some again, cut into batches of any size."""
    repeats = draw(st.lists(st.integers(0, 11), max_size=8))
    order = draw(st.permutations([*range(12), *repeats]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=6)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def test_c_13_any_order_duplication_and_redelivery_gives_the_same_ledger(app: App) -> None:
    in_order = app_on(memory_database())
    credit_hours(in_order, season("model"))
    assert [line[:3] for line in lines(in_order, "model")] == EXPECTED

    @settings(max_examples=40, deadline=None, database=None)
    @given(batches=deliveries())
    def same(batches: list[list[int]]) -> None:
        who = f"v{next(NUMBERS)}"
        heard = season(who)
        for batch in batches:
            credit_hours(app, [heard[index] for index in batch])
        assert lines(app, who) == lines(in_order, "model")
        assert facts_told(app, who) == len(EXPECTED)

    same()


def test_the_natural_key_alone_protects_when_inbox_and_attendances_are_lost(app: App) -> None:
    heard = season("p1")
    credit_hours(app, heard)
    before = lines(app, "p1")
    for lost in ("inbox", "attendances"):
        app.transactions.database[lost].delete_many({})
    credit_hours(app, heard)
    assert lines(app, "p1") == before
    assert facts_told(app, "p1") == len(EXPECTED)


def test_the_natural_key_protects_even_when_the_session_moved_to_another_day(app: App) -> None:
    where = session()
    scans = told(came(at("07:20"), where), left(at("09:10"), where))
    moved = session(day="2026-09-20")
    credit_hours(app, scans)
    app.transactions.database["attendances"].delete_many({})
    app.transactions.database["inbox"].delete_many({})
    credit_hours(app, told(came(at("07:20"), moved), left(at("09:10"), moved)))
    assert [entry.minutes for entry in hours_of(app, "p1").entries] == [90]


def test_the_inbox_alone_keeps_a_heard_fact_from_acting_again(app: App) -> None:
    heard = season("p1")
    credit_hours(app, heard)
    for lost in ("attendances", "entries"):
        app.transactions.database[lost].delete_many({})
    credit_hours(app, heard)
    assert lines(app, "p1") == []
    assert facts_told(app, "p1") == len(EXPECTED)


def test_four_workers_with_the_same_facts_make_one_ledger(app: App) -> None:
    people = [f"w{number}" for number in range(5)]
    heard = [envelope for who in people for envelope in season(who)]

    def work(seed: int) -> None:
        mine = heard.copy()
        random.Random(seed).shuffle(mine)
        for start in range(0, len(mine), 10):
            credit_hours(app, mine[start:start + 10])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for who in people:
        assert [line[:3] for line in lines(app, who)] == EXPECTED
        assert facts_told(app, who) == len(EXPECTED)


def credited(entries: list[Entry]) -> list[tuple[Any, Any]]:
    return sorted((span.start, span.end) for entry in entries for span in entry.spans)


@pytest.mark.parametrize("round_", range(5))
def test_c_07_workers_that_race_on_overlapping_sessions_count_each_minute_once(
    app: App, round_: int
) -> None:
    who = f"o{round_}"
    hours = [("10:00", "12:00"), ("11:00", "13:00"), ("10:30", "11:30"), ("12:30", "14:00")]
    visits = [told(*visit(start, end, id=f"{who}-{start}", who=who)) for start, end in hours]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda heard: credit_hours(app, heard), visits))
    result = hours_of(app, who)
    spans = credited(result.entries)
    assert result.minutes == 4 * 60
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
