"""What the relay process keeps in order beside its carrying, in memory and on the real database."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from pymongo.database import Database

from kernel import inbox, metrics, outbox
from kernel.clock import FixedClock, system_clock
from kernel.mongo import open_database
from kernel.relay.housekeeping import Housekeeping
from kernel.settings import Settings
from ops.parts.ports import free_port
from tests.integration.kernel.builders import NOON
from tests.rig.process import Process
from tests.waiting import eventually

Corner = Database[dict[str, Any]]
OLD = timedelta(days=inbox.KEPT_DAYS + 1)


def fill(corner: Corner, count: int, *, told: datetime) -> None:
    """So many rows of one consumer, for facts told at that moment."""
    entries = [outbox.entry_id(told, 0, f"{number:012x}".__str__) for number in range(count)]
    corner["inbox"].insert_many([{"_id": f"tests.a/{outbox.fact_id(one, 0)}"} for one in entries])


def test_more_old_rows_than_one_statement_takes_are_all_forgotten_and_counted(
    corner: Corner,
) -> None:
    many = 2 * inbox.FORGOTTEN_TOGETHER + 5
    fill(corner, many, told=NOON - OLD)
    fill(corner, 3, told=NOON)
    keeper = Housekeeping(corner, service=corner.name, clock=FixedClock(NOON))
    assert keeper.tidy() == many
    assert keeper.tidy() == 0
    assert corner["inbox"].count_documents({}) == 3
    counted = f'xiangxin_inbox_forgotten_total{{service="{corner.name}"}} {many}.0'
    assert counted in generate_latest(metrics.REGISTRY).decode()


def test_it_comes_again_after_its_time(corner: Corner) -> None:
    clock, stop = FixedClock(NOON), threading.Event()
    fill(corner, 2, told=NOON)
    keeper = Housekeeping(corner, service="tests", clock=clock, every=0.05)
    thread = threading.Thread(target=keeper.run, args=(stop,))
    thread.start()
    clock.advance(OLD)
    eventually(lambda: corner["inbox"].count_documents({}) == 0)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_database_that_is_away_is_no_reason_to_end(caplog: pytest.LogCaptureFixture) -> None:
    away = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100"
    database = open_database(
        Settings(amqp_uri="amqp://unused", mongodb_uri=away, database_prefix="away"), "_kernel"
    )
    stop = threading.Event()
    keeper = Housekeeping(database, service="tests", every=0.05)
    thread = threading.Thread(target=keeper.run, args=(stop,))
    with caplog.at_level(logging.WARNING):
        thread.start()
        eventually(lambda: "tests: tidied later" in caplog.text)
    assert thread.is_alive()
    stop.set()
    thread.join(5)
    database.client.close()


def test_the_relay_process_forgets_also_while_there_is_no_broker(
    real: Corner, mongodb_uri: str, database_name: str, tmp_path: Path
) -> None:
    fill(real, 5, told=system_clock() - OLD)
    fill(real, 1, told=system_clock())
    variables = {
        "AMQP_URI": f"amqp://nobody@127.0.0.1:{free_port()}/",
        "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": database_name,
        "METRICS_BIND": f"127.0.0.1:{free_port()}",
    }
    log = tmp_path / "relay.log"
    with Process("kernel.relay", "_kernel", environment=variables, log=log):
        eventually(lambda: real["inbox"].count_documents({}) == 1)
