"""Requests and decisions on a real database: who is first wins, and the order changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.answers import Once
from kernel.clock import FixedClock
from kernel.mongo import ensure_indexes, open_database
from kernel.outbox import all_rows
from kernel.transaction import KERNEL_INDEXES
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.correction import Wanted
from services.volunteers.store import INDEXES
from services.volunteers.usecases import App, confirming, correcting, credit_hours, duties, waiting
from services.volunteers.usecases.watching import watch_duties
from tests.rig.where import Where
from tests.unit.volunteers.builders import at, came, closed, session, told, visit
from tests.unit.volunteers.ledgers import app_on, effective
from tests.unit.volunteers.requests import LI, RESIDENT, an_order, asked, decided
from tests.unit.volunteers.schedule import ended, scheduled

NUMBERS = count()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("12:00"))


@pytest.fixture
def app(mongodb_uri: str, database_name: str, clock: FixedClock) -> Iterator[App]:
    database = open_database(Where(mongodb_uri, database_name), "volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield app_on(database, clock=clock)
    database.client.close()


def at_once(*works: Callable[[], object]) -> Counter[str]:
    """How often each outcome came about when all start together."""
    gate = Barrier(len(works))

    def outcome(work: Callable[[], object]) -> str:
        gate.wait()
        try:
            work()
        except BrokenRule as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(outcome, works))


def told_of(app: App, key: str) -> int:
    return sum(row.key == key for row in all_rows(app.transactions.database))


@pytest.mark.parametrize("round_", range(4))
def test_c_17_of_two_who_decide_at_once_one_wins(app: App, round_: int) -> None:
    who = f"p{round_}"
    credit_hours(app, told(*visit("07:30", "09:00", who=who)))
    id = asked(app, person_ref=who)
    outcomes = at_once(lambda: decided(app, id, by=LI), lambda: decided(app, id, "refused"))
    assert outcomes == {"done": 1, "AlreadyDecided": 1}
    found = app.store.corrections.one(id)
    assert found.verdict is not None
    minutes = 60 if found.state == "approved" else 90
    assert (found.verdict.minutes, effective(app, who)[0][2]) == (minutes, minutes)
    assert told_of(app, "volunteers.correction_decided.v1") == 1


@pytest.mark.parametrize("round_", range(3))
def test_c_18_of_two_requests_at_once_one_is_open(app: App, round_: int) -> None:
    who = f"p{round_}"
    credit_hours(app, told(*visit("07:30", "09:00", who=who)))
    ask = [lambda: asked(app, person_ref=who)] * 2
    assert at_once(*ask) == {"done": 1, "AlreadyOpen": 1}


def test_c_05_of_two_who_confirm_at_once_one_wins(app: App) -> None:
    credit_hours(app, told(came(at("07:40")), closed()))
    [held] = waiting.held(app).items
    confirm = [
        lambda minutes=minutes: confirming.confirm(
            app, held.entry_id, Wanted(minutes=minutes), evidence="list/3", reason="签到表", by=LI,
        ) for minutes in (30, 60)
    ]
    assert at_once(*confirm) == {"done": 1, "AlreadyDecided": 1}
    assert waiting.held(app).items == []


def test_c_19_processes_that_sweep_at_once_tell_once(app: App, clock: FixedClock) -> None:
    sessions = [session(id=f"s{number}") for number in range(30)]
    watch_duties(app, told(*(scheduled(each) for each in sessions)))
    clock.advance(timedelta(days=30))
    at_once(*[lambda: duties.sweep(app)] * 3)
    assert told_of(app, "volunteers.record_overdue.v1") == 30
    assert len(duties.due(app, standing="overdue").items) == 30


@pytest.mark.parametrize("round_", range(4))
def test_c_19_what_is_held_while_a_session_is_settled_keeps_it_open(
    app: App, round_: int
) -> None:
    where = session(id=f"s{round_}")
    watch_duties(app, told(ended(where)))
    heard = told(came(at("07:40"), where), closed(where=where))
    at_once(lambda: credit_hours(app, heard), lambda: duties.sweep(app))
    assert [each.missing.held for each in duties.due(app).items] == [1]


FACTS = 3  # of a whole visit


@st.composite
def histories(draw: st.DrawFn) -> list[int]:
    """The facts of a visit in any order, some again, with the decision (-1) anywhere."""
    repeats = draw(st.lists(st.integers(0, FACTS - 1), max_size=4))
    return draw(st.permutations([*range(FACTS), *repeats, -1]))


def test_c_13_whenever_it_is_decided_and_told_the_ledger_is_the_same(app: App) -> None:
    @settings(max_examples=25, deadline=None, database=None)
    @given(history=histories())
    def same(history: list[int]) -> None:
        who = f"v{next(NUMBERS)}"
        where = session(id=f"{who}-s")
        watch_duties(app, told(scheduled(where)))
        heard = told(*visit("07:30", "09:00", id=where.session_id, who=who))
        id = asked(app, kind="missing", person_ref=who, session_id=where.session_id,
                   wanted=Wanted(minutes=60), evidence="photo/7")
        for step in history:
            if step < 0:
                decided(app, id)
            else:
                credit_hours(app, [heard[step]])
        [line] = effective(app, who)
        assert line[1:3] == ("credited", 60)

    same()


def test_the_same_key_at_once_is_one_request(app: App) -> None:
    credit_hours(app, told(*visit("07:30", "09:00")))
    once, order = Once(key="k", fingerprint="f"), an_order(app)
    outcomes = at_once(*[lambda: correcting.ask(app, order, by=RESIDENT, once=once)] * 3)
    assert outcomes == {"done": 3}
    assert len(waiting.corrections_of(app, "p1")) == 1
