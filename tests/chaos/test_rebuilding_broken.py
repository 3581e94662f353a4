"""The database freezes and dies while figures are worked out anew: afterwards they are the same."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kernel.broker import drop, open_connection
from kernel.clock import local_day, system_clock
from kernel.declaring import Kept, declare
from kernel.log import Log
from kernel.mongo import ensure_indexes, open_database
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.parts import Database
from services.stats.domain.difference import differences
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES, Store, rows
from services.stats.usecases import building
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of, position
from services.stats.usecases.folding import QUEUE
from services.stats.usecases.rebuilding import rebuild
from tests.bench.season import CREW, sessions_in, tell
from tests.rig.fixtures import _one_database, own_database  # noqa: F401
from tests.rig.where import Where
from tests.unit.stats.builders import NOW
from tests.waiting import eventually

FACTS = 8_000


@pytest.fixture
def app(own_database: Database) -> Iterator[Stats]:  # noqa: F811
    database = open_database(Where(own_database.uri, f"broken_{id(own_database)}_"), "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield Stats(transactions=Transactions(database, source="/stats", clock=system_clock),
                store=Store.on(database), templates={})
    database.client.close()


@pytest.fixture
def log(vhost: str) -> Log:
    connection = open_connection(vhost)
    try:
        declare(connection, flows=[FLOWS[QUEUE]], kept=Kept(days=30, gigabytes=1))
    finally:
        drop(connection)
    tell(vhost, FACTS)
    return Log(uri=vhost)


def documents(app: Stats, generation: str) -> dict[str, list[dict[str, Any]]]:
    database = app.transactions.database
    return {name: list(database[name + generation].find().sort("_id", 1))
            for name in rows.COLLECTIONS.values()}


@pytest.mark.chaos
def test_a_database_that_freezes_and_dies_is_waited_for_and_nothing_counts_twice(
    app: Stats, log: Log, own_database: Database,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("CHUNK", 500), ("ROWS_AHEAD", 300), ("TOLD_EVERY", 2_000)):
        monkeypatch.setattr(building, name, value)
    said = list[str]()

    def next_said(words: str, *, after: int) -> int:
        eventually(lambda: any(words in text for text in said[after:]))
        return len(said)

    with ThreadPoolExecutor(1) as pool:
        rebuilding = pool.submit(rebuild, app, log, tell=said.append, accept=True)
        begun = next_said("facts read", after=0)
        own_database.freeze()
        frozen = next_said("trying again", after=begun)
        own_database.thaw()
        thawed = next_said("facts read", after=frozen)
        own_database.kill()
        next_said("trying again", after=thawed)
        own_database.start()
        assert rebuilding.result().switched

    figures, sessions = figures_of(app, Scope(as_of=local_day(NOW))), sessions_in(FACTS)
    assert (figures["sessions"], figures["attendances"]) == (sessions, sessions * CREW)
    calm = building.Building(app, log, tell=said.append)
    calm.fold_up_to(log.mark())
    served = position(app).generation
    assert documents(app, served) == documents(app, calm.generation)
    assert not differences(app.store.folds(served).days.all(), calm.folds.days.all())
