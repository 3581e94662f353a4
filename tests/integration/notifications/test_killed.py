"""Killed at every point between the queue and the acknowledgement: never twice, never silent (N-3).

Beside the frozen gateway of `test_gateway`, where the worker is killed during its call.
"""

from __future__ import annotations

from collections.abc import Container

import pytest

from kernel.broker import drop, open_connection
from kernel.declaring import declare
from services.notifications.usecases.application import App
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.integration.notifications.test_broker import MINE, publish
from tests.integration.notifications.test_gateway import SOON, message, number, tomorrow
from tests.unit.notifications import builders
from tests.waiting import eventually

PARTY = 5  # people


def party_signed_up(app: App) -> dict[str, str]:
    """Numbers by person of a party that is confirmed: one batch, of which nothing was sent yet."""
    people = {f"p{place}": number() for place in range(PARTY)}
    keep_contacts(app, [builders.told(builders.contact(*each)) for each in people.items()])
    write_messages(app, [builders.told(builders.confirmed("r1", *people, where=tomorrow()))])
    return people


@pytest.mark.parametrize(("point", "arrive"), [
    ("notifications.after_look", {PARTY}),
    ("notifications.before_call", {0}),
    ("notifications.after_call", range(1, PARTY + 1)),  # the first of them; others are called
    ("notifications.after_call:3", range(3, PARTY + 1)),
    ("notifications.before_record", range(1, PARTY + 1)),
    ("notifications.after_record", range(1, PARTY + 1)),
])
def test_n_3_a_worker_killed_at_each_point_of_a_batch_sends_each_at_most_once(
    gateway: Gateway, service: Service, point: str, arrive: Container[int]
) -> None:
    """Killed between "about to call" and the call, nobody can know: unknown, and not sent again."""
    app = service.app()
    service.doors()
    people = party_signed_up(app)
    assert service.worker(CRASH_AT=point).wait(SOON) == 137
    service.forget_abandoned_transactions()
    service.worker()

    def settled() -> dict[str, int]:
        """How often each arrived, once that is what is known of every one of them."""
        known = {one["person_ref"]: one["state"] for one in app.transactions.database[
            "messages"].find()}
        times = {who: len(gateway.arrived_at(to)) for who, to in people.items()}
        assert known == {who: "delivered" if times[who] else "unknown" for who in people}
        return times

    times = eventually(settled, within=SOON)
    assert max(times.values()) <= 1 and sum(times.values()) in arrive
    assert {len(one["attempts"]) for one in app.transactions.database["messages"].find()} == {1}


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
