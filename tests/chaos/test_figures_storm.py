"""Stats, relay, broker and database die at random under load: afterwards the figures are exact.

They are compared with a recomputation from the teller's own documents, written in the transactions
that told the facts, and from the log; `STORM_SECONDS` makes the storm shorter or longer.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from kernel.broker import drop, open_connection
from kernel.clock import system_clock
from kernel.declaring import Kept, declare
from kernel.log import Log
from kernel.mongo import Unavailable, ensure_indexes
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from ops.parts import Broker
from ops.parts import Database as DatabaseServer
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of
from services.stats.usecases.folding import QUEUE
from services.stats.usecases.rebuilding import rebuild
from tests.rig.fixtures import (  # noqa: F401
    MakeRig,
    _one_broker,
    _one_database,
    make_rig,
    own_broker,
    own_database,
    shared_queues,
)
from tests.rig.process import Process
from tests.rig.queues import RUNGS
from tests.rig.rig import Rig
from tests.rig.uris import declared
from tests.unit.stats.builders import MORNING, a_session, attended, closed, corrected, credited
from tests.waiting import eventually

SECONDS = float(os.environ.get("STORM_SECONDS", "300"))
CREW, PEOPLE = 6, 40
STREETS = ("大鹏", "葵涌", "南澳")


class Teller:
    """A service of its own: sessions with their crews, told in the transaction that keeps them."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.database = database
        ensure_indexes(database, {**KERNEL_INDEXES, "kept": []})
        self._transactions = Transactions(database, source="teller", clock=system_clock)
        self._random = random.Random(11)
        self.sessions = 0

    def tell(self) -> None:
        """One session more, kept and told whatever dies meanwhile."""
        people = self._random.sample(range(PEOPLE), CREW)
        served = self._random.randrange(200)
        taken_back = self._random.random() < 0.2
        number = self.sessions
        eventually(lambda: self._told(number, people, served, taken_back), within=120, every=0.3)
        self.sessions += 1

    def _told(self, number: int, people: list[int], served: int, taken_back: bool) -> bool:
        start = MORNING - timedelta(days=number % 60)
        session = a_session(number, street=STREETS[number % 3], starts_at=start)

        def work(within: Transaction) -> None:
            kept = {"_id": number, "day": session.starts_at, "people": people, "served": served,
                    "credited": people[1:] if taken_back else people}
            self.database["kept"].insert_one(kept, session=within.session)
            for person in people:
                within.emit(attended(f"p{person}", session))
                within.emit(credited(f"p{person}", session))
            within.emit(closed(session, served=served))
            if taken_back:
                first = f"p{people[0]}"
                within.emit(corrected(first, -90, session=session,
                                      reverses=f"{session.session_id}-{first}"))

        try:
            self._transactions.run(work)
        except DuplicateKeyError:
            return True  # it was kept although the answer was lost
        except (Unavailable, PyMongoError):
            return False
        return True

    def recomputed(self) -> dict[str, int]:
        """The figures from what was kept, without a fold."""
        kept = list(self.database["kept"].find())
        credits = [person for one in kept for person in one["credited"]]
        return {
            "sessions": len(kept), "attendances": len(credits), "persons": len(set(credits)),
            "minutes": 90 * len(credits), "served_reported": sum(one["served"] for one in kept),
        }


def with_log(broker: Broker) -> Any:
    """The queues of figures, and the log."""
    queues = declared(broker)
    connection = open_connection(broker.uri)
    try:
        declare(connection, flows=[FLOWS[QUEUE]], rungs=RUNGS, kept=Kept(days=30, gigabytes=1))
    finally:
        drop(connection)
    return queues


def strikes(rig: Rig, broker: Broker, database: DatabaseServer,
            processes: list[Process]) -> list[Callable[[], None]]:
    """What may die, and how it comes back."""

    def restart(process: Process) -> None:
        process.kill()
        eventually(lambda: _forgotten(rig), within=60, every=0.5)
        process.start(ready=False)

    def server(died: Broker | DatabaseServer) -> None:
        died.kill()
        died.start()

    return [*(lambda p=process: restart(p) for process in processes),
            lambda: server(broker), lambda: server(database)]


def _forgotten(rig: Rig) -> bool:
    try:
        rig.forget_abandoned_transactions()
    except PyMongoError:
        return False
    return True


def stats_on(rig: Rig) -> Stats:
    database = rig.database("stats")
    transactions = Transactions(database, source="/stats", clock=system_clock, deadline=60)
    return Stats(transactions=transactions, store=Store.on(database), templates={})


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [1])
def test_figures_equal_what_the_services_kept_and_what_the_log_says_whatever_died(
    make_rig: MakeRig, own_broker: Broker, own_database: DatabaseServer, seed: int  # noqa: F811
) -> None:
    rig = make_rig(queues=with_log(own_broker), mongodb=own_database.uri)
    ensure_indexes(rig.database("stats"), {**KERNEL_INDEXES, **INDEXES})
    teller = Teller(rig.database("teller"))
    stats = rig.process("stats", "kernel.serve", "stats", environment={"ROLE": "facts"})
    processes = [stats.start(), rig.relay().start()]
    chosen, dice = strikes(rig, own_broker, own_database, processes), random.Random(seed)

    until, strike_at, died = time.monotonic() + SECONDS, time.monotonic() + 2, 0
    while time.monotonic() < until:
        teller.tell()
        if time.monotonic() > strike_at:
            dice.choice(chosen)()
            died += 1
            strike_at = time.monotonic() + dice.uniform(1, 5)

    app, scope = stats_on(rig), Scope(as_of=date(2021, 12, 31))
    expected = teller.recomputed()

    def is_exact() -> bool:
        found = figures_of(app, scope)
        assert {name: found[name] for name in expected} == expected
        return True

    eventually(is_exact, within=120, every=0.5)
    anew = rebuild(app, Log(uri=own_broker.uri), tell=print, switch=False)
    print(f"{died} deaths, {anew.facts} facts in the log, {expected}")
    assert anew.differences == [] and rig.queues.depth(FLOWS[QUEUE].parked) == 0
