"""Killed at every point between the queue and the acknowledgement: never twice, never silent (N-3).

Beside the frozen gateway of `test_gateway`, where the worker is killed during its call.
"""

from __future__ import annotations

import pytest

from kernel.broker import drop, open_connection
from kernel.declaring import declare
from services.notifications.usecases.writing import keep_contacts
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.integration.notifications.test_broker import MINE, publish
from tests.integration.notifications.test_gateway import SOON, message, number, signed_up, tomorrow
from tests.unit.notifications import builders
from tests.waiting import eventually


@pytest.mark.parametrize(("point", "arrives"), [
    ("notifications.after_claim", 1),
    ("notifications.before_call", 0),
    ("notifications.after_call", 1),
    ("transaction.before_commit", 1),  # the answer is about to be written down
    ("notifications.after_record", 1),
])
def test_n_3_a_worker_killed_at_each_point_sends_at_most_once(
    gateway: Gateway, service: Service, point: str, arrives: int
) -> None:
    """Killed between "about to call" and the call, nobody can know: unknown, and not sent again."""
    app, to = service.app(), number()
    service.doors()
    signed_up(app, to)
    assert service.worker(CRASH_AT=point).wait(SOON) == 137
    service.forget_abandoned_transactions()
    service.worker()
    state = "delivered" if arrives else "unknown"
    eventually(lambda: message(app)["state"] == state, within=SOON)
    assert len(gateway.arrived_at(to)) == arrives
    assert len(message(app)["attempts"]) == 1


@pytest.mark.parametrize("point", ["consume.before_work", "consume.after_work"])
def test_n_3_the_service_killed_after_it_took_a_fact_or_before_it_acknowledged_sends_once(
    gateway: Gateway, service: Service, vhost: str, point: str
) -> None:
    app, to = service.app(), number()
    keep_contacts(app, [builders.told(builders.contact(phone=to))])
    connection = open_connection(vhost)
    declare(connection, flows=MINE)
    publish(connection, builders.confirmed(where=tomorrow()))
    drop(connection)
    assert service.whole(AMQP_URI=vhost, CRASH_AT=point).wait(SOON) == 137
    service.forget_abandoned_transactions()
    service.whole(AMQP_URI=vhost)
    written = app.transactions.database["messages"]
    eventually(lambda: written.find_one({"state": "delivered"}), within=SOON)
    assert (len(gateway.arrived_at(to)), len(message(app)["attempts"])) == (1, 1)
