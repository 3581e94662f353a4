"""The private servers start, take a kill, a freeze and a restart, and leave no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kombu import Connection
from pymongo import MongoClient

from ops.parts import Broker, Database, GivenBroker, PartFailed, open_broker, open_database
from ops.parts.server import freeze
from tests.leftovers import processes_of
from tests.waiting import eventually


def test_a_private_broker_leaves_no_process_behind(tmp_path: Path) -> None:
    with open_broker(tmp_path, environ={}) as broker, Connection(broker.uri) as connection:
        connection.connect()
        assert processes_of(tmp_path)

    eventually(lambda: not processes_of(tmp_path))


@pytest.mark.chaos
def test_a_killed_broker_comes_back_with_its_queues(tmp_path: Path) -> None:
    sure = {"confirm_publish": True}
    with Broker(tmp_path) as broker:
        with Connection(broker.uri, transport_options=sure) as connection:
            queue = connection.SimpleQueue("kept", serializer="json")
            queue.put({"seat": 1}, delivery_mode=2)
            queue.close()

        broker.kill()
        broker.start()

        with Connection(broker.uri) as connection:
            queue = connection.SimpleQueue("kept")
            assert queue.get(timeout=10).payload == {"seat": 1}
            queue.close()


def test_a_virtual_host_is_fresh_and_goes_again(broker: Broker | GivenBroker) -> None:
    uri = broker.add_vhost("parts-fresh")
    with Connection(uri) as connection:
        connection.connect()

    broker.drop_vhost("parts-fresh")

    with pytest.raises(Exception, match=r"vhost|NOT_ALLOWED"), Connection(uri) as connection:
        connection.connect()


def test_a_killed_database_keeps_what_was_committed_with_journal(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        with MongoClient[dict[str, object]](database.uri, journal=True) as client:
            client.season.people.insert_one({"_id": 1})

        database.kill()
        database.start()

        with MongoClient[dict[str, object]](database.uri) as client:
            assert client.season.people.find_one({"_id": 1})
    assert not processes_of(tmp_path)


def test_what_is_frozen_stands_still_with_all_its_threads(tmp_path: Path) -> None:
    busy = "import threading as t; [t.Thread(target=lambda: [0 for _ in iter(int, 1)]).start() " \
           "for _ in range(8)]; print(flush=True)"
    with subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout and process.stdout.readline()
            for _ in range(20):
                freeze(process.pid)
                threads = Path(f"/proc/{process.pid}/task").glob("*/stat")
                states = [each.read_text().rpartition(")")[2].split()[0] for each in threads]
                assert states == ["T"] * 9
                os.kill(process.pid, signal.SIGCONT)
        finally:
            process.kill()


def test_a_frozen_database_answers_again_after_the_thaw(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        database.freeze()
        assert not database.answers()

        database.thaw()

        assert eventually(database.answers)


def test_servers_that_are_given_are_used_and_nothing_starts(tmp_path: Path) -> None:
    given = {"AMQP_URI": "amqp://someone@192.0.2.1/", "MONGODB_URI": "mongodb://192.0.2.1/"}

    with (
        open_broker(tmp_path, environ=given) as broker,
        open_database(tmp_path, environ=given) as database,
    ):
        assert broker.uri == given["AMQP_URI"]
        assert database.uri == given["MONGODB_URI"]
        assert not list(tmp_path.iterdir())


def test_a_taken_port_is_refused_and_its_holder_named(tmp_path: Path, database: Database) -> None:
    with pytest.raises(PartFailed, match=rf"port {database.port} is taken by .*secantusd-py"):
        Database(tmp_path, port=database.port).start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder belongs")

    with pytest.raises(PartFailed, match=r"SecantusDB on port \d+ stopped at once(.|\n)*data"):
        Database(tmp_path).start()
