"""The database frozen, killed or in doubt: Unavailable in time, nothing leaked, nothing doubled."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database as MongoDatabase

from kernel.mongo import Unavailable, ensure_indexes, open_database, ping
from kernel.settings import Settings
from kernel.transaction import KERNEL_INDEXES, Transaction
from tests.integration.kernel.builders import keep, kept, numbers, transactions, visit
from tests.integration.kernel.servers import OwnDatabase
from tests.waiting import eventually

Corner = MongoDatabase[dict[str, Any]]
SOON = 5.0  # of a deadline of 1 s, on a busy machine; the driver alone would wait 10 s and longer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OwnDatabase]:
    with OwnDatabase(tmp_path / "own") as started:
        yield started
        started.thaw()


@pytest.fixture
def corner(server: OwnDatabase) -> Iterator[Corner]:
    settings = Settings(amqp_uri="amqp://unused", mongodb_uri=server.uri, database_prefix="st_")
    database = open_database(settings, "away")
    ensure_indexes(database, {**KERNEL_INDEXES, "things": []})
    yield database
    database.client.close()


def tell(corner: Corner, name: str, *, deadline: float = 1.0) -> None:
    def work(transaction: Transaction) -> None:
        keep(transaction, corner, name)
        transaction.emit(visit("counted"))

    transactions(corner, deadline=deadline).run(work)


def refused(corner: Corner, name: str, *, deadline: float = 1.0) -> float:
    """How long it took until the database was said to be unavailable."""
    started = time.monotonic()
    with pytest.raises(Unavailable):
        tell(corner, name, deadline=deadline)
    return time.monotonic() - started


def test_a_frozen_database_is_unavailable_in_time_and_recovers(
    server: OwnDatabase, corner: Corner
) -> None:
    tell(corner, "before", deadline=5)
    server.freeze()
    assert max(refused(corner, f"frozen {n}") for n in range(3)) < SOON
    with pytest.raises(Unavailable):
        ping(corner, within=0.3)
    server.thaw()
    ping(corner, within=10)
    tell(corner, "after", deadline=10)
    assert kept(corner) == {"before", "after"} and numbers(corner) == {"visit/counted": [1, 2]}


def test_a_killed_database_is_unavailable_in_time_and_nothing_kept_is_lost(
    server: OwnDatabase, corner: Corner
) -> None:
    tell(corner, "before", deadline=5)
    server.kill()
    assert max(refused(corner, f"killed {n}") for n in range(3)) < SOON
    server.start()
    tell(corner, "after", deadline=10)
    assert kept(corner) == {"before", "after"} and numbers(corner) == {"visit/counted": [1, 2]}


def test_work_under_way_when_the_database_comes_back_is_tried_again(
    server: OwnDatabase, corner: Corner
) -> None:
    tell(corner, "before", deadline=5)
    server.kill()
    with ThreadPoolExecutor(1) as thread:
        telling = thread.submit(tell, corner, "after", deadline=20)
        server.start()
        telling.result()
    assert kept(corner) == {"before", "after"}


def test_a_server_that_did_not_hear_of_the_end_holds_nobody_up(
    server: OwnDatabase, corner: Corner
) -> None:
    """Left to itself it would keep what the attempt changed from everybody for a minute."""
    service = transactions(corner, deadline=1.0)

    def interrupted(transaction: Transaction) -> None:
        keep(transaction, corner, "contested")
        server.freeze()
        keep(transaction, corner, "unanswered")

    with pytest.raises(Unavailable):
        service.run(interrupted)
    server.thaw()
    ping(corner, within=10)
    service.run(lambda transaction: keep(transaction, corner, "contested"), within=10)
    assert kept(corner) == {"contested"}


def test_work_that_took_too_long_holds_nobody_up_either(corner: Corner) -> None:
    """As when the machine is full: the time is over before the commit is asked for."""
    service = transactions(corner, deadline=1.0)
    over = time.monotonic() + 1.2

    def slow(transaction: Transaction) -> None:
        keep(transaction, corner, "contested")
        eventually(lambda: time.monotonic() > over)

    with pytest.raises(Unavailable):
        service.run(slow)
    assert kept(corner) == set()
    tell(corner, "contested", deadline=10)


def test_a_commit_that_never_arrived_holds_nobody_up(server: OwnDatabase, corner: Corner) -> None:
    service = transactions(corner, deadline=1.0)
    server.fail(10_000, closeConnection=True)
    with pytest.raises(Unavailable):
        service.run(lambda transaction: keep(transaction, corner, "contested"))
    server.fail(0)
    service.run(lambda transaction: keep(transaction, corner, "contested"), within=10)
    assert kept(corner) == {"contested"}


def test_failures_leave_no_connection_and_no_thread_behind(
    server: OwnDatabase, corner: Corner
) -> None:
    tell(corner, "before", deadline=5)
    server.freeze()
    refused(corner, "first", deadline=0.2)
    before = len(os.listdir("/proc/self/fd")), threading.active_count()
    for number in range(6):
        refused(corner, f"frozen {number}", deadline=0.05)
    server.thaw()
    tell(corner, "after", deadline=10)
    assert len(os.listdir("/proc/self/fd")) <= before[0] + 3
    assert threading.active_count() <= before[1] + 1


def test_a_commit_whose_answer_was_lost_is_asked_again(server: OwnDatabase, corner: Corner) -> None:
    server.fail(1, closeConnection=True)
    tell(corner, "once", deadline=5)
    assert kept(corner) == {"once"} and numbers(corner) == {"visit/counted": [1]}


@pytest.mark.parametrize("how", [{"closeConnection": True}, {"errorCode": 251}])
def test_a_commit_that_stays_in_doubt_is_not_done_a_second_time(
    server: OwnDatabase, corner: Corner, how: dict[str, Any]
) -> None:
    attempts = []

    def work(transaction: Transaction) -> None:
        attempts.append(1)
        keep(transaction, corner, "doubtful")

    server.fail(1 if "errorCode" in how else 10_000, **how)
    with pytest.raises(Unavailable):
        transactions(corner, deadline=1.0).run(work)
    assert len(attempts) == 1
