"""Lanes and limits through a real gateway: who waits for whom (N-8, N-16, N-17)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest

from services.notifications.domain.lanes import EXPRESS, ORDINARY, Lane
from services.notifications.domain.limits import Limits, Window
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.integration.notifications.test_broker import NEVER_QUIET
from tests.integration.notifications.test_gateway import number, tomorrow
from tests.unit.notifications import builders
from tests.waiting import eventually

PARTY = 100  # people, so that one fact is as many messages
TELEPHONES = cycle(range(13900004000, 13900010000))  # fewer than people, in the longest test


@contextmanager
def sending(app: App) -> Iterator[None]:
    """The two loops of the service, in threads."""
    over = threading.Event()

    def loop(lanes: tuple[Lane, ...]) -> None:
        while not over.is_set():
            if not send_due(app, lanes):
                over.wait(0.2)

    threads = [threading.Thread(target=loop, args=(lanes,)) for lanes in (EXPRESS, ORDINARY)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(30)


def remind(app: App, count: int, *, name: str = "p") -> dict[str, str]:
    """So many reminders are queued; the numbers by person."""
    people = {f"{name}{n}": str(next(TELEPHONES)) for n in range(count)}
    for start in range(0, count, PARTY):
        party = list(people)[start:start + PARTY]
        keep_contacts(app, [builders.told(builders.contact(who, people[who])) for who in party])
        write_messages(app, [builders.told(
            builders.reminder(f"r-{name}{start}", *party, where=tomorrow()), 2)])
    return people


def cancel(app: App, gateway: Gateway, turn: int) -> tuple[float, int]:
    """A session is cancelled: seconds until its message is at the operator's, and how many
    messages wait in the database by then."""
    to = number()
    keep_contacts(app, [builders.told(builders.contact("p1", to), turn + 2)])
    fact = builders.cancelled(f"gone-{turn}", where=tomorrow(), reason="session_cancelled")
    began = time.monotonic()
    write_messages(app, [builders.told(fact, 2)])
    eventually(lambda: gateway.arrived_at(to), within=60)
    took = time.monotonic() - began
    waiting = app.transactions.database["messages"].count_documents({"state": "queued"})
    return took, waiting


@pytest.mark.parametrize(("count", "within"), [
    (400, None), pytest.param(10_000, 2.0, marks=pytest.mark.chaos),
])
def test_n_17_a_cancellation_leaves_before_the_reminders_that_were_queued_before_it(
    gateway: Gateway, service: Service, count: int, within: float | None
) -> None:
    app = replace(service.app(), rules=NEVER_QUIET, limits=Limits())
    remind(app, count)
    with sending(app):
        waits = [cancel(app, gateway, turn) for turn in range(5 if within else 1)]
    print(f"{count} reminders: {[f'{took:.2f} s' for took, _ in waits]}")
    assert all(waiting > count / 4 for _, waiting in waits)
    assert within is None or sorted(took for took, _ in waits)[len(waits) // 2] < within


@pytest.mark.parametrize(("count", "within"), [
    (100, None), pytest.param(500, 10.0, marks=pytest.mark.chaos),
])
def test_n_8_a_telephone_that_has_to_wait_holds_up_nobody(
    gateway: Gateway, service: Service, count: int, within: float | None
) -> None:
    one_an_hour = Limits(windows=(Window(1, timedelta(hours=1)),))
    app = replace(service.app(), rules=NEVER_QUIET, limits=one_an_hour)
    [throttled] = remind(app, 1, name="q").values()
    while send_due(app):
        pass
    write_messages(app, [builders.told(builders.reminder("r-late", "q0", where=tomorrow()), 2)])
    people = remind(app, count)
    began = time.monotonic()
    while send_due(app):
        pass
    eventually(lambda: {one.number for one in gateway.arrived()} >= set(people.values()))
    took = time.monotonic() - began
    print(f"{count} messages beside a telephone that waits: {took:.1f} s")
    assert len(gateway.arrived_at(throttled)) == 1
    [held] = app.transactions.database["messages"].find({"state": "held"})
    assert (held["person_ref"], held["reason"]) == ("q0", "limit")
    assert within is None or took < within
