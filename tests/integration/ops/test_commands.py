"""The `xiangxin` command on a real broker and database, as an operator types it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import amqp
import pytest
from pymongo import MongoClient

from kernel.broker import drop, open_connection
from kernel.outbox import OUTBOX
from kernel.topology import FLOWS
from ops.outboxes import moment, retell
from tests.rig.typed import Typed, typed, typed_apart
from tests.waiting import eventually

Run = Callable[..., Typed]
QUEUE = "stats.fold-figures"


@pytest.fixture
def xiangxin(vhost: str, mongodb_uri: str, database_name: str) -> Run:
    """Run the command against a broker and a database that nobody used before."""
    environ = {
        "AMQP_URI": vhost,
        "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": f"{database_name}_",
    }

    def run(*words: str, apart: bool = False, **more: str) -> Typed:
        return (typed_apart if apart else typed)(environ | more, *words)

    return run


@pytest.fixture
def parked(xiangxin: Run, vhost: str) -> str:
    """The id of a message that somebody must look at."""
    assert xiangxin("topology", "declare").returncode == 0
    connection = open_connection(vhost)
    try:
        channel = connection.channel()
        message = amqp.Message(
            b"{not json",
            message_id="fact-1",
            type="events.session_closed.v1",
            application_headers={"x-reason": "malformed: no JSON", "x-attempt": 1},
        )
        channel.basic_publish(message, "", FLOWS[QUEUE].parked)
        channel.close()
    finally:
        drop(connection)
    eventually(lambda: "1 parked" in xiangxin("parked", "list").stdout)
    return "fact-1"


def test_what_is_declared_is_verified(xiangxin: Run) -> None:
    before = xiangxin("topology", "verify")

    declared = xiangxin("topology", "declare")

    assert before.returncode == 1
    assert QUEUE in before.stderr
    assert declared.returncode == 0
    assert xiangxin("topology", "declare").returncode == 0
    assert xiangxin("topology", "verify").returncode == 0


def test_a_parked_message_is_listed_with_its_reason_and_shown(xiangxin: Run, parked: str) -> None:
    listed, shown = xiangxin("parked", "list"), xiangxin("parked", "show", parked)

    assert "malformed: no JSON" in listed.stdout
    assert "{not json" in shown.stdout
    assert QUEUE in shown.stdout


def test_a_retried_message_goes_back_to_its_queue(xiangxin: Run, parked: str, vhost: str) -> None:
    done = xiangxin("parked", "retry", parked)

    connection = open_connection(vhost)
    try:
        taken = eventually(lambda: connection.channel().basic_get(QUEUE, no_ack=True))
    finally:
        drop(connection)
    assert done.stdout == "1 sent to their queue again\n"
    assert taken.body in (b"{not json", "{not json")
    assert "0 parked" in xiangxin("parked", "list").stdout


def test_a_dropped_message_is_gone(xiangxin: Run, parked: str) -> None:
    assert xiangxin("parked", "drop", parked).stdout == "1 thrown away for good\n"

    again = xiangxin("parked", "drop", parked)

    assert again.returncode == 1
    assert "none of these ids is parked" in again.stderr


def test_a_broker_out_of_reach_is_said_in_one_line(xiangxin: Run) -> None:
    done = xiangxin("topology", "verify", apart=True,
                    AMQP_URI="amqp://nobody:nobody@127.0.0.1:1/")

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1


def test_wrong_settings_are_all_named(xiangxin: Run) -> None:
    done = xiangxin("topology", "verify", AMQP_URI="http://no", LOG_LEVEL="LOUD")

    assert done.returncode == 2
    assert "AMQP_URI: is not amqp://" in done.stderr
    assert "LOG_LEVEL is not" in done.stderr


def test_facts_sent_since_a_moment_wait_for_the_relay_again(
    mongodb_uri: str, database_name: str
) -> None:
    def row(number: int, hour: int) -> dict[str, object]:
        sent = datetime(2021, 9, 30, hour, tzinfo=UTC)
        return {"_id": str(number), "subject": "session/s", "sequence": number,
                "state": "sent", "sent_at": sent}  # fmt: skip

    with MongoClient[dict[str, object]](mongodb_uri) as client:
        database = client[database_name]
        database[OUTBOX].insert_many([row(1, 9), row(2, 10), row(3, 11)])

        again = retell(database, since=moment("2021-09-30T18:00"))  # 10:00 UTC

        waiting = database[OUTBOX].find({"state": "pending"}).sort("sequence")
        assert again == 2
        assert [document["sequence"] for document in waiting] == [2, 3]
