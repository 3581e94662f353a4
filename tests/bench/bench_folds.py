"""How fast facts become figures, and how fast figures are answered over 10,000 attendances.

`python -m tests.bench.bench_folds [sessions]`; on MONGODB_URI when it is set, else on a server of
its own. One process, batches of 200 as the queue gives them: per session twelve attendances with
their credits, and the closing.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.clock import local_day, new_id
from kernel.envelope import Envelope
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES
from ops.parts import open_database as open_server
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of
from services.stats.usecases.board import board
from services.stats.usecases.folding import fold_figures
from services.stats.web import fragments
from tests.unit.stats.builders import (
    MORNING,
    NOW,
    a_session,
    attended,
    closed,
    credited,
    published,
    stats,
    told,
)

BATCH, CREW, PEOPLE, DAYS = 200, 12, 900, 270
STREETS = ("大鹏", "葵涌", "南澳")


def facts(sessions: int) -> list[Envelope]:
    """Mornings over nine months in three streets, each with a crew of twelve."""
    people = [new_id() for _ in range(PEOPLE)]
    found: list[Any] = [published()]
    for number in range(sessions):
        start = MORNING - timedelta(days=number % DAYS)
        morning = a_session(session_id=new_id(), street=STREETS[number % 3], starts_at=start,
                            ends_at=start + timedelta(minutes=90))
        for at in range(CREW):
            person = people[(number * CREW + at) % PEOPLE]
            found += [attended(person, morning), credited(person, morning, entry=new_id())]
        found.append(closed(morning, served=100))
    return told(found)


def milliseconds(work: Callable[[], Any], times: int = 20) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken) * 1000


def measured(app: Stats, sessions: int) -> str:
    told_facts = facts(sessions)
    start = time.perf_counter()
    for at in range(0, len(told_facts), BATCH):
        fold_figures(app, told_facts[at:at + BATCH])
    rate = len(told_facts) / (time.perf_counter() - start)
    scope = Scope(as_of=local_day(NOW))
    assert figures_of(app, scope)["attendances"] == sessions * CREW
    cold = milliseconds(lambda: figures_of(fresh(app), scope), times=5)
    warm = milliseconds(lambda: figures_of(app, scope))
    tiles = milliseconds(lambda: fragments(board(app, scope)))
    return (
        f"folds: {rate:.0f} facts/s in batches of {BATCH}; over {sessions * CREW:,} attendances "
        f"figures in {warm:.0f} ms ({cold:.0f} ms by a process that has read nothing yet), "
        f"all tiles in {tiles:.0f} ms (medians)"
    )


def fresh(app: Stats) -> Stats:
    """The same service in a process that has read nothing yet."""
    return Stats(transactions=app.transactions, store=Store.on(app.transactions.database),
                 templates=app.templates, clock=app.clock)


def run(sessions: int) -> str:
    with tempfile.TemporaryDirectory() as folder, open_server(Path(folder)) as server:
        settings = SimpleNamespace(
            mongodb_uri=server.uri, database_prefix=f"bench_{secrets.token_hex(4)}_"
        )
        database = open_database(settings, "stats")
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        try:
            return measured(stats(database), sessions)
        finally:
            database.client.drop_database(database.name)
            database.client.close()


@pytest.mark.bench
def test_how_fast_facts_become_figures() -> None:
    print(run(840))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 840))
