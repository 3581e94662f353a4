"""Who subscribes: added once, changed and forgotten by name, each with a row in the audit log."""

from __future__ import annotations

import pytest

from kernel.audit.act import Act, acting
from kernel.audit.book import Book
from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.transaction import Transactions
from services.city.domain.broken import (
    BadSubscriberName,
    SubscriberThere,
    UnknownPattern,
    UnknownSubscriber,
)
from services.city.domain.subscriber import Subscriber
from services.city.store import Store
from services.city.usecases import subscribing
from services.city.usecases.replaying import token_hash
from services.city.usecases.subscribing import Register
from tests.unit.city.builders import NOW

VISIT = "events.visit_recorded.v1"


@pytest.fixture
def register() -> Register:
    database, clock = memory_database(), FixedClock(NOW)
    return Register(store=Store.on(database), clock=clock,
                    transactions=Transactions(database, source="/xiangxin/city", clock=clock))


def drafted(register: Register, name: str = "data-bureau", *facts: str) -> Subscriber:
    return subscribing.drafted(register, name, facts or [VISIT], token="invented",
                               most_connections=3, queue_megabytes=5)


def test_one_is_kept_once_and_found_by_the_hash_of_its_token(register: Register) -> None:
    one = drafted(register)
    subscribing.keep_new(register, one)

    assert register.store.subscribers.of_token(token_hash("invented")) == one
    for again in (lambda: drafted(register), lambda: subscribing.keep_new(register, one)):
        with pytest.raises(SubscriberThere):
            again()


@pytest.mark.parametrize("name", ["", "ab", "1abc", "abc-", "Abc", "a.b.c", "a" * 33, "名字啊"])
def test_a_name_is_also_that_of_a_user_and_a_queue(register: Register, name: str) -> None:
    with pytest.raises(BadSubscriberName):
        drafted(register, name)


def test_a_grant_of_nothing_is_refused_before_anything_is_kept(register: Register) -> None:
    with pytest.raises(UnknownPattern):
        drafted(register, "data-bureau", VISIT, "events.contact_recorded.v1")


def test_what_is_changed_is_noted_as_it_was_and_as_it_is(register: Register) -> None:
    act = Act(kind="changed", by="operator command", what="subscriber_grant", place="here")
    subscribing.keep_new(register, drafted(register))
    register.store.subscribers.count_dropped({"data-bureau": 4})

    with acting(act):
        subscribing.change(register, "data-bureau", facts=("events.#", "*.*.v1"))
        subscribing.forget(register, "data-bureau")

    changed, forgotten = Book(register.transactions.database).since(0, limit=9)
    assert changed["before"]["facts"] == forgotten["after"].get("facts", VISIT) == VISIT
    assert changed["after"]["facts"] == forgotten["before"]["facts"] == "events.#,*.*.v1"
    assert "invented" not in str(changed)


def test_the_count_of_what_was_dropped_outlives_a_change(register: Register) -> None:
    subscribing.keep_new(register, drafted(register))
    register.store.subscribers.count_dropped({"data-bureau": 4, "nobody": 2})

    after = subscribing.change(register, "data-bureau", state="suspended")

    assert after.dropped == 4
    assert [one.name for one in register.store.subscribers.all()] == ["data-bureau"]


def test_nobody_is_changed_or_forgotten_who_is_not_there(register: Register) -> None:
    for work in (subscribing.forget, subscribing.change, subscribing.known):
        with pytest.raises(UnknownSubscriber):
            work(register, "nobody")
