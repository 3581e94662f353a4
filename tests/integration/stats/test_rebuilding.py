"""`xiangxin stats rebuild` on a real broker and database: the same figures, from the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.clock import system_clock
from kernel.declaring import Kept, declare
from kernel.envelope import Envelope
from kernel.mongo import ensure_indexes, open_database
from kernel.topology import FACTS, FLOWS
from kernel.transaction import KERNEL_INDEXES, Transactions
from services.stats.briefs import load
from services.stats.domain.figures import Scope
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of, position
from services.stats.usecases.folding import QUEUE, fold_figures
from tests.rig.typed import typed, typed_apart
from tests.rig.where import Where
from tests.unit.stats.test_rebuilding import season

SCOPE = Scope(as_of=date(2021, 9, 30))


@pytest.fixture
def app(mongodb_uri: str, database_name: str) -> Iterator[Stats]:
    database = open_database(Where(mongodb_uri, database_name), "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    yield Stats(transactions=Transactions(database, source="/stats", clock=system_clock),
                store=Store.on(database), templates=load())
    database.client.close()


def tell(uri: str, envelopes: list[Envelope]) -> None:
    """As the relay does."""
    connection = open_connection(uri)
    try:
        declare(connection, flows=[FLOWS[QUEUE]], rungs=(0.3,), kept=Kept(days=30, gigabytes=1))
        publisher = Publisher(connection)
        for one in envelopes:
            publisher.send(Message(body=one.to_json().encode(), exchange=FACTS,
                                   routing_key=one.type, message_id=one.id), one.id)
        publisher.settle_all()
    finally:
        drop(connection)


def test_the_command_serves_figures_from_the_log_when_nothing_differs(
    app: Stats, vhost: str, mongodb_uri: str, database_name: str
) -> None:
    envelopes = season()
    tell(vhost, envelopes)
    fold_figures(app, envelopes[:6])  # the others still wait in the queue
    then = position(app)
    place = {"AMQP_URI": vhost, "MONGODB_URI": mongodb_uri, "DATABASE_PREFIX": database_name}

    rebuilt = typed_apart(place, "stats", "rebuild")
    verified = typed(place, "stats", "verify")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "no differences; served from now on" in rebuilt.stdout
    assert "14 facts" in verified.stdout and "what was served stays" in verified.stdout
    assert position(app).epoch != then.epoch
    assert figures_of(app, SCOPE)["sessions"] == 4
