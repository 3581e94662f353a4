"""Workers and receipts that race on a real database: one call, one outcome, told once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.clock import FixedClock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transaction
from kernel.vault import MemoryVault
from services.notifications.domain.life import settle
from services.notifications.domain.limits import Limits, Window
from services.notifications.domain.message import State
from services.notifications.domain.report import Report
from services.notifications.store import INDEXES
from services.notifications.store.claims import Begun
from services.notifications.usecases.application import App
from services.notifications.usecases.receiving import receive
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.rig.where import Where
from tests.unit.notifications.builders import (
    NOW,
    Told,
    app_on,
    confirmed,
    contact,
    facts_told,
    session,
    states,
    told,
)

WORKERS = 4


@pytest.fixture
def apps(mongodb_uri: str, database_name: str) -> Iterator[list[App]]:
    """Workers with their own connections and one provider."""
    provider, vault, clock = Told(), MemoryVault(), FixedClock(NOW)
    databases = [
        open_database(Where(mongodb_uri, database_name), "notifications") for _ in range(WORKERS)
    ]
    ensure_indexes(databases[0], {**KERNEL_INDEXES, **INDEXES})
    yield [app_on(database, provider, clock=clock, vault=vault) for database in databases]
    for database in databases:
        database.client.close()


def provider_of(app: App) -> Told:
    provider = app.routes.by_name["told"]
    assert isinstance(provider, Told)
    return provider


@pytest.mark.parametrize("messages", [100, pytest.param(1_000, marks=pytest.mark.chaos)])
def test_n_2_workers_that_race_make_exactly_one_call_for_each_message(
    apps: list[App], messages: int
) -> None:
    people = [f"p{number}" for number in range(messages)]
    for start in range(0, messages, 100):  # as many as a slow machine writes in one transaction
        some = people[start:start + 100]
        keep_contacts(apps[0], [told(contact(who)) for who in some])
        write_messages(apps[0], [told(confirmed(f"r-{who}", who)) for who in some])

    def work(app: App) -> None:
        while send_due(app):
            pass

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, apps))
    given = provider_of(apps[0]).given
    assert len(given) == len({one.attempt_id for one in given}) == messages
    assert states(apps[0]) == [("confirmed", "submitted")] * messages
    assert facts_told(apps[0]) == ["submitted"] * messages


def test_n_16_workers_that_race_never_grant_a_telephone_more_than_its_places(
    apps: list[App],
) -> None:
    shared = {f"p{number}": f"1390000000{number % 2 + 1}" for number in range(40)}
    keep_contacts(apps[0], [told(contact(who, phone)) for who, phone in shared.items()])
    write_messages(apps[0], [
        told(confirmed(f"r-{who}", who, where=session(title=f"活动{who}"))) for who in shared])
    limits = Limits(windows=(Window(7, timedelta(hours=1)),), reserved=0)

    def work(app: App) -> None:
        limited = replace(app, limits=limits, pace=replace(app.pace, at_once=3))
        while send_due(limited):
            pass

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, apps))
    assert Counter(one.number for one in provider_of(apps[0]).given) == dict.fromkeys(
        set(shared.values()), 7)
    assert Counter(state for _, state in states(apps[0])) == {"submitted": 14, "held": 26}


def test_n_1_workers_that_write_the_same_facts_write_each_message_once(apps: list[App]) -> None:
    facts = [told(confirmed(f"r{number}", "p1", "p2")) for number in range(20)]

    def work(app: App) -> None:
        mine = random.Random(id(app)).sample(facts, len(facts))
        for start in range(0, len(mine), 5):
            write_messages(app, mine[start:start + 5])

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, apps))
    assert states(apps[0]) == [("confirmed", "queued")] * 40


@pytest.mark.parametrize("seed", range(3))
def test_n_11_receipts_that_race_in_any_order_end_alike_and_are_told_once(
    apps: list[App], seed: int
) -> None:
    app = apps[0]
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    send_due(app)
    [attempt] = [one.attempt_id for one in app.routes.by_name["told"].given]  # type: ignore[attr-defined]
    said: list[State] = ["submitted", "delivered", "submitted", "delivered"] * 3
    random.Random(seed).shuffle(said)
    calls = list(zip(apps * 3, said, strict=True))
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda c: receive(c[0], "told", Report(attempt_id=attempt, state=c[1])),
                      calls))
    assert states(app) == [("confirmed", "delivered")]
    assert facts_told(app) == ["submitted", "delivered"]


def test_who_begins_a_message_that_a_transaction_is_changing_waits_and_finds_it_as_it_is_then(
    apps: list[App],
) -> None:
    """The transaction has changed a message that is due, and adds another meanwhile."""
    writer, other = apps[0], apps[1]
    write_messages(writer, [told(confirmed("r1", "p1"))])
    [first] = writer.store.messages.of_subjects(["r1"])
    second = replace(first, event_id="another", registration_id="r2")
    calls = [Begun(message=first, call="c", provider="told")]

    def begin(within: Transaction) -> list[Begun]:
        return other.store.claims.begin(calls, claim="c", now=NOW, lease=timedelta(seconds=30),
                                        within=within)

    with ThreadPoolExecutor(1) as pool:

        def work(transaction: Transaction) -> Future[list[Begun]]:
            gone = settle(first, "suppressed", "superseded")
            writer.store.messages.keep([gone], within=transaction)
            waiting = pool.submit(other.transactions.run, begin, within=60.0)
            assert not wait([waiting], timeout=0.5).done
            writer.store.messages.add([second], within=transaction)
            return waiting

        assert writer.transactions.run(work).result(timeout=60) == []
    assert other.store.messages.of_subjects(["r1"])[0].state == "suppressed"
