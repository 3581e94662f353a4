"""Receipts cannot be pushed for twenty minutes: they are fetched, on a real database (N-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.clock import FixedClock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES
from services.notifications.store import INDEXES
from services.notifications.usecases.reconciling import pull, sweep
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import Cloud, running
from tests.fakes.tencent import FakeTencent
from tests.rig.where import Where
from tests.unit.notifications.builders import NOW, app_on, confirmed, contact, states, told
from tests.unit.notifications.test_clouds import provider

PEOPLE = {f"p{number}": f"139000{number:05}" for number in range(120)}
MINUTES = 21


@pytest.mark.chaos
@pytest.mark.parametrize("fake", [FakeAliyun, FakeTencent], ids=["aliyun", "tencent"])
def test_n_13_with_our_doors_shut_for_twenty_minutes_all_end_delivered(
    mongodb_uri: str, database_name: str, fake: type[Cloud]
) -> None:
    """The clock is set on, minute by minute; of one in six messages nobody knows at first."""
    clock = FixedClock(NOW)
    database = open_database(Where(mongodb_uri, database_name), "notifications")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    with running(fake()) as cloud:
        app = app_on(database, provider(cloud, clock=clock), clock=clock)
        keep_contacts(app, [told(contact(*each)) for each in PEOPLE.items()])
        write_messages(app, [told(confirmed(f"r-{who}", who)) for who in PEOPLE])
        cloud.plan += [*["ok"] * 5, "drop"] * (len(PEOPLE) // 6)
        while send_due(app):
            pass
        assert {state for _, state in states(app)} == {"submitted", "unknown"}
        for _ in range(MINUTES):
            clock.advance(timedelta(minutes=1))
            pull(app)
            sweep(app)
        assert states(app) == [("confirmed", "delivered")] * len(PEOPLE)
        numbers = sorted(one.number.removeprefix("+86") for one in cloud.taken)
        assert numbers == sorted(PEOPLE.values())
    app.close()
