"""Figures on a real database: the same whatever the order, the repeats and the workers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.envelope import Envelope
from kernel.inbox import INBOX
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transactions
from services.stats.briefs import load
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of
from services.stats.usecases.board import board
from services.stats.usecases.briefing.composing import brief
from services.stats.usecases.folding import fold_figures
from tests.rig.where import Where
from tests.unit.stats.builders import (
    NOW,
    a_camp,
    a_session,
    along,
    an_evening,
    attended,
    called_off,
    cancelled,
    closed,
    credited,
    delivered,
    drawn,
    in_line,
    lapsed,
    moved,
    offered,
    pending,
    published,
    redeemed,
    reminded,
    scheduled,
    short_of_crew,
    signed_up,
    submitted,
    told,
    visited,
    work_item,
)

END = date(2021, 9, 30)


@pytest.fixture
def app(mongodb_uri: str, database_name: str) -> Iterator[Stats]:
    database = open_database(Where(mongodb_uri, database_name), "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield app_on(database)
    database.client.close()


def app_on(database: Any) -> Stats:
    clock = FixedClock(NOW)
    return Stats(transactions=Transactions(database, source="/stats", clock=clock, deadline=30),
                 store=Store.on(database), templates=load(), clock=clock)


def season() -> list[Envelope]:
    """Some mornings, an evening online too, a confidential camp, visits, records, messages."""
    facts: list[Any] = [published(), published("growth-camp", "连心", confidential=True)]
    for day in range(4):
        morning = a_session(day, starts_at=a_session().starts_at - timedelta(days=13 * day))
        facts += [scheduled(morning), closed(morning, served=50 + day)]
        for person in ("a", "b", f"only-{day}"):
            facts += [attended(person, morning), credited(person, morning)]
    facts += [signed_up("r1", "a", "b"), in_line("r2", "c"), cancelled("r1", "a", "b")]
    facts += [attended("d", an_evening()), closed(an_evening(), online=800)]
    facts += [attended("e", a_camp()), closed(a_camp()), visited(1, "h1"), visited(2, "h1")]
    facts += [redeemed(1, "w1"), work_item("i1", "open", END), work_item("i1", "done", END)]
    moving, now = an_evening(2), an_evening(2, street="南澳", starts_at=NOW - timedelta(days=9))
    facts += [scheduled(moving), signed_up("m1", "a", session=moving), moved(now, capacity=4),
              along("m1", "a", session=now), reminded("m1", "a", session=now)]
    facts += [in_line("m2", "b", session=now), offered("m2", "b", session=now), *drawn(moving),
              pending("m3", "c", session=now), lapsed("m3", "c", session=now)]
    facts += [scheduled(an_evening(3)), called_off(an_evening(3)), short_of_crew(now)]
    return told([*facts, submitted("m1"), delivered("m1")])


def everything(app: Stats) -> dict[str, Any]:
    """Every figure by every way to ask, the brief, and how the sessions fill."""
    scopes = [Scope(as_of=END), Scope(as_of=date(2021, 8, 31)), Scope(as_of=END, wing="聚心"),
              Scope(as_of=END, since=date(2021, 9, 1), street="大鹏")]
    shown = board(app, scopes[0])
    return {
        "figures": [figures_of(app, scope) for scope in scopes],
        "months": shown.by_month, "programmes": shown.by_programme,
        "today": {name: count for name, count in shown.today.items() if count},
        "brief": brief(app, END, kind="work-report").sentences,
        "sessions": list(app.transactions.database["sessions"].find().sort("_id", 1)),
    }


def test_any_order_and_repeats_and_workers_give_the_same_figures(app: Stats) -> None:
    once = app_on(open_database_beside(app))
    for envelope in season():
        fold_figures(once, [envelope])

    facts = season() * 2
    random.Random(7).shuffle(facts)
    batches = [facts[at:at + 9] for at in range(0, len(facts), 9)]
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda batch: fold_figures(app, batch), batches))

    assert everything(app) == everything(once)


def open_database_beside(app: Stats) -> Any:
    """Another database on the same server, dropped with the first."""
    database = app.transactions.database
    beside = database.client[f"{database.name}_beside"]
    ensure_indexes(beside, {**KERNEL_INDEXES, **INDEXES})
    return beside


def test_the_natural_key_alone_counts_once_when_the_inbox_is_lost(app: Stats) -> None:
    fold_figures(app, season())
    before = everything(app)
    app.transactions.database[INBOX].delete_many({})

    fold_figures(app, season())

    assert everything(app) == before


def test_a_reader_sees_what_another_process_folded(app: Stats) -> None:
    reader = app_on(app.transactions.database)
    scope = Scope(as_of=END)
    assert figures_of(reader, scope)["attendances"] is None

    fold_figures(app, told([credited("a")]))
    assert figures_of(reader, scope)["attendances"] == 1

    fold_figures(app, told([credited("b")]))
    assert figures_of(reader, scope)["attendances"] == 2


def test_a_database_that_was_emptied_and_folded_anew_is_read_anew(app: Stats) -> None:
    scope = Scope(as_of=END)
    fold_figures(app, season())
    assert figures_of(app, scope)["sessions"] == 6
    for name in ("days", "progress", "sessions", "attendances", INBOX):
        app.transactions.database[name].delete_many({})

    for envelope in told([closed(a_session(n)) for n in range(3)]):
        fold_figures(app, [envelope])

    assert figures_of(app, scope)["sessions"] == 3


def test_a_session_kept_before_cancellations_were_told_still_runs(app: Stats) -> None:
    soon = a_session(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))
    off = a_session(2, starts_at=soon.starts_at, ends_at=soon.ends_at)
    fold_figures(app, told([scheduled(soon), scheduled(off), called_off(off)]))
    app.transactions.database["sessions"].update_one(
        {"_id": soon.session_id}, {"$unset": {"cancelled": ""}})

    assert [one.key for one in board(app, Scope(as_of=END)).running] == [soon.session_id]


def test_a_late_fact_counts_on_the_day_it_belongs_to(app: Stats) -> None:
    fold_figures(app, season())
    last_year = a_session(99, starts_at=datetime(2020, 6, 1, 1, tzinfo=UTC))

    fold_figures(app, told([credited("late", last_year)], at=NOW + timedelta(hours=1)))

    then = figures_of(app, Scope(as_of=date(2020, 6, 1), since=date(2020, 6, 1)))
    assert (then["attendances"], then["hours"]) == (1, 1.5)


def test_c_44_half_past_seven_in_shanghai_is_september(app: Stats) -> None:
    start = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    fold_figures(app, told([credited("a", a_session(starts_at=start, ends_at=start))]))

    august = figures_of(app, Scope(as_of=date(2026, 8, 31)))
    september = figures_of(app, Scope(as_of=date(2026, 9, 30), since=date(2026, 9, 1)))

    assert (august["attendances"], september["attendances"]) == (None, 1)


def test_a_batch_of_which_one_fact_is_wrong_leaves_nothing(app: Stats) -> None:
    good, bad = told([credited("a"), credited("b")])
    broken = Envelope(**{**vars(bad), "data": {"minutes": "many"}})

    with pytest.raises(ValueError, match="hours_credited"):
        fold_figures(app, [good, broken])

    assert figures_of(app, Scope(as_of=END))["attendances"] is None
    assert app.store.progress.now().version == 0
