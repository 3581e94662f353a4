"""Folds: every order and every repetition of the same facts gives the same rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import CATALOGUE, Fact
from kernel.topology import FLOWS
from services.stats.domain.day import DayRow
from services.stats.domain.fold import FOLDS, Rows, fold
from services.stats.domain.heard import Heard
from services.stats.domain.session import Session
from services.stats.usecases.folding import QUEUE
from tests.unit.stats.builders import (
    a_camp,
    a_session,
    along,
    an_evening,
    attended,
    called_off,
    cancelled,
    closed,
    consented,
    corrected,
    credited,
    delivered,
    drawn,
    heard,
    held,
    in_line,
    lapsed,
    moved,
    offered,
    overdue,
    pending,
    promoted,
    published,
    redeemed,
    reminded,
    scheduled,
    short_of_crew,
    signed_up,
    submitted,
    visited,
    withheld,
    work_item,
)

EARLIER = an_evening(
    2, street="南澳", starts_at=a_session().starts_at - timedelta(days=2),
    ends_at=a_session().ends_at - timedelta(days=2),
)
MOVING = [
    scheduled(an_evening(2)), signed_up("m1", "a", "b", session=an_evening(2)),
    in_line("m2", "c", session=an_evening(2)), pending("m3", "d", session=an_evening(2)),
    moved(EARLIER, capacity=4), along("m1", "a", "b", session=EARLIER),
    along("m2", "c", session=EARLIER), overdue("m3", EARLIER), reminded("m1", "a", "b"),
    offered("m2", "c", session=EARLIER), promoted("m2", "c", session=EARLIER),
    lapsed("m3", "d", session=EARLIER), short_of_crew(EARLIER),
]
OFF = [
    scheduled(an_evening(3)), pending("o1", "a", session=an_evening(3)), consented("c1"),
    *drawn(an_evening(3)), signed_up("o1", "a", session=an_evening(3)),
    reminded("o1", "a", session=an_evening(3)), called_off(an_evening(3)),
    cancelled("o1", "a", session=an_evening(3), reason="session_cancelled"),
]
SEASON = heard([
    published(), published("family-forum", "连心", counts_households=True),
    published("growth-camp", "连心", confidential=True),
    scheduled(), scheduled(capacity=12),
    signed_up("r1", "a", "b"), in_line("r2", "c"), cancelled("r1", "a", "b"),
    attended("a"), attended("b", state="absent"), credited("a"), held("c"),
    credited("a", minutes=-90, entry="reversal"), credited("a", minutes=60, entry="again"),
    closed(served=120),
    attended("d", an_evening(), household="h1"), attended("e", an_evening(), household="h1"),
    closed(an_evening(), online=800), attended("f", a_camp()), closed(a_camp()),
    visited(1, "h1"), visited(2, "h2"), redeemed(1, "w1"),
    work_item("i1", "open", date(2021, 3, 1)), work_item("i1", "done", date(2021, 9, 1)),
    submitted("m1"), delivered("m1"), *MOVING, *OFF,
])


def folded(batches: Sequence[Sequence[Heard]]) -> tuple[Rows, dict[str, DayRow]]:
    rows: Rows = {}
    days: dict[str, DayRow] = {}
    for batch in batches:
        changes = fold(batch, rows)
        for kept in (changes.new, changes.replaced):
            for kind, of_kind in kept.items():
                rows.setdefault(kind, {}).update(of_kind)
        days.update(changes.onto(days))
    return rows, days


def shown(days: dict[str, DayRow]) -> dict[str, object]:
    """Rows without the zeros that only tell which way they came about."""
    return {
        key: (dict(+row.sums), dict(+row.reports), {n: dict(c) for n, c in row.names.items() if c})
        for key, row in days.items() if +row.reports
    }


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10_000), copies=st.integers(1, 2), size=st.integers(1, 30))
def test_any_order_and_repetition_in_any_batches_folds_to_the_same(
    seed: int, copies: int, size: int
) -> None:
    whole, days = folded([SEASON])
    shuffled = SEASON * copies
    random.Random(seed).shuffle(shuffled)
    batches = [shuffled[at:at + size] for at in range(0, len(shuffled), size)]

    again, days_again = folded(batches)

    assert again == whole
    assert shown(days_again) == shown(days)


def test_every_fact_of_the_queue_is_folded() -> None:
    assert {fact.key for fact in FOLDS} == set(FLOWS[QUEUE].facts)
    assert all(not CATALOGUE[key].private for key in FLOWS[QUEUE].facts)


def test_a_session_knows_how_its_places_fill() -> None:
    rows, _ = folded([heard([scheduled(capacity=3), signed_up("r1", "a", "b"), in_line("r2", "c")]),
                      heard([])])

    session = rows[Session]["session-1"]
    assert isinstance(session, Session)
    assert (session.capacity, session.confirmed, session.waiting) == (3, 2, 1)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(heard(MOVING)), size=st.integers(1, 5))
def test_a_session_that_moved_is_counted_where_it_is_now_in_any_order(
    order: list[Heard], size: int
) -> None:
    rows, days = folded([order[at:at + size] for at in range(0, len(order), size)])

    session = rows[Session][EARLIER.session_id]
    assert isinstance(session, Session)
    assert (session.starts_at, session.capacity) == (EARLIER.starts_at, 4)
    assert (session.confirmed, session.waiting) == (3, 0)
    standing = {key: row.reports for key, row in days.items() if +row.reports}
    assert standing.keys() == {"2021-09-28|family-forum|南澳", "2021-09-30|family-forum|南澳"}
    assert days["2021-09-30|family-forum|南澳"].sums["signups"] == 3


@pytest.mark.parametrize(("last", "signups", "waiting"), [
    ([], 1, 1), ([offered("r1", "a")], 1, 1), ([offered("r1", "a"), promoted("r1", "a")], 1, 0),
    ([offered("r1", "a"), lapsed("r1", "a")], 0, 0), ([pending("r1", "a")], 1, 0),
    ([cancelled("r1", "a")], 0, 0), ([along("r1", "a")], 1, 1),
])
def test_persons_count_as_signed_up_until_it_ends(
    last: list[Fact], signups: int, waiting: int
) -> None:
    rows, days = folded([heard([in_line("r1", "a"), *last])])

    [row] = days.values()
    assert row.sums["signups"] == signups
    session = rows[Session]["session-1"]
    assert isinstance(session, Session) and session.waiting == waiting


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_session_that_was_called_off_was_not_held(order: tuple[int, ...]) -> None:
    facts = heard([scheduled(), moved(a_session(street="葵涌")), called_off()])

    rows, days = folded([[facts[index]] for index in order])

    session = rows[Session]["session-1"]
    assert isinstance(session, Session) and session.cancelled == 3
    assert {row.sums["sessions"] for row in days.values()} == {0}


def test_a_cancelled_party_leaves_its_places() -> None:
    rows, _ = folded([heard([signed_up("r1", "a", "b"), cancelled("r1", "a", "b")])])

    session = rows[Session]["session-1"]
    assert isinstance(session, Session) and session.confirmed == 0


@pytest.mark.parametrize(("told_twice", "sessions"), [(False, 1), (True, 1)])
def test_a_session_closed_twice_is_one_session(told_twice: bool, sessions: int) -> None:
    facts = [closed(served=10), *([closed(served=12)] if told_twice else [])]

    _, days = folded([heard(facts)])

    row = days["2021-09-30|road-angels|大鹏"]
    assert row.sums["sessions"] == sessions
    assert row.sums["served_reported"] == (12 if told_twice else 10)


def test_a_session_across_midnight_counts_on_the_day_it_starts() -> None:
    late = a_session(starts_at=a_session().starts_at.replace(hour=15, minute=50))

    _, days = folded([heard([closed(late)])])

    assert list(days) == ["2021-09-29|road-angels|大鹏"]


CORRECTED = heard([
    attended("a"), credited("a"), corrected("a", -90, reverses="session-1-a"),
    credited("a", minutes=60, entry="again"),
    attended("b"), credited("b"), corrected("b", -90, reverses="session-1-b"),
    attended("c"), held("c"), corrected("c", 0, reverses="held-c"),
    credited("c", minutes=30, entry="confirmed"),
    attended("d"), withheld("d"),
])


@pytest.mark.parametrize("seed", range(20))
def test_c_16_a_correction_takes_minutes_back_and_c_42_the_attendance_only_at_none(
    seed: int
) -> None:
    order = random.Random(seed).sample(CORRECTED, len(CORRECTED))
    _, days = folded([order])
    [row] = days.values()
    assert (row.sums["minutes"], row.sums["onsite"], row.sums["held"]) == (90, 2, 1)
    assert set(row.names["persons"]) == {"a", "c"}
