"""The ledger on a real database: the same whatever the order, the repeats and the workers."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.envelope import Envelope
from kernel.outbox import all_rows
from services.volunteers.domain import Entry
from services.volunteers.usecases import App, balance_of, credit_hours, hours_of, lines_of
from services.volunteers.usecases.verifying import verify
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit
from tests.unit.volunteers.histories import history, lived, orders
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, effective
from tests.unit.volunteers.test_any_order import IN_ORDER

NUMBERS = count()


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
    entries = lines_of(app, who)
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
    in_order = an_app()
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


def test_what_was_heard_is_known_for_ever_without_an_inbox(app: App) -> None:
    heard = season("p1")
    credit_hours(app, heard)
    assert not app.transactions.database["inbox"].count_documents({})
    for envelope in reversed(heard):
        credit_hours(app, [envelope])
    assert [line[:3] for line in lines(app, "p1")] == EXPECTED
    assert facts_told(app, "p1") == len(EXPECTED)


def test_a_ledger_that_was_lost_is_rebuilt_under_the_same_ids(app: App) -> None:
    heard = season("p1")
    credit_hours(app, heard)
    before = {entry.entry_id: entry.minutes for entry in hours_of(app, "p1").entries}
    for lost in ("heard", "entries", "heads", "sessions", "held"):
        app.transactions.database[lost].delete_many({})
    credit_hours(app, heard)
    after = hours_of(app, "p1").entries
    assert {entry.entry_id: entry.minutes for entry in after} == before
    assert verify(app).faults == []


def test_c_13_any_order_of_moves_rulings_and_approvals_gives_the_same_ledger(app: App) -> None:
    in_order = an_app()
    lived(in_order, history("model"), IN_ORDER)

    @settings(max_examples=12, deadline=None, database=None)
    @given(batches=orders())
    def same(batches: list[list[int]]) -> None:
        who = f"h{next(NUMBERS)}"
        lived(app, history(who), batches)
        assert effective(app, who) == effective(in_order, "model")

    same()
    assert verify(app).faults == []


def test_a_ruling_and_a_scan_that_race_leave_one_chain(app: App) -> None:
    who, where = "r", session(id="r-1")
    decisions = [a_ruling(where, id=f"r{n}", who=who, minutes=n, decided=at(f"11:{n}"))
                 for n in range(10, 18)]
    heard = told(came(at("07:20"), where, who), left(at("09:10"), where, who))
    with ThreadPoolExecutor(4) as pool:
        heard_of = pool.submit(credit_hours, app, heard)
        list(pool.map(lambda each: decide(app, each), decisions))
        heard_of.result()
    assert balance_of(app, who).minutes == hours_of(app, who).minutes == 17
    assert verify(app).faults == []


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
    assert verify(app).faults == []


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
    spans = credited(lines_of(app, who))
    assert result.minutes == 4 * 60
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
