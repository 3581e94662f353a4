"""The whole way of a fact: told by a service, carried by relay and bridge, in the feed, at a
receiver of webhooks and at a subscriber by AMQP; while the bridge and the caller are killed."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from services.city.usecases import webhooking
from services.city.webhooks.calling import lookup
from tests.rig.abroad import Abroad
from tests.rig.callers import Callers
from tests.rig.outsider import Outsider, Typed, added
from tests.rig.process import Process
from tests.rig.receiver import OK, Came, Doing, Receiver
from tests.waiting import eventually

SUBJECTS = 7
Facts = dict[str, list[Any]]  # by subject, in the order in which they first came


@pytest.fixture
def callers(abroad: Abroad, mongodb_uri: str, tmp_path: Path) -> Iterator[Callers]:
    """On the databases of the rig with the bridge."""
    made = Callers(mongodb_uri, abroad.prefix, tmp_path)
    yield made
    made.close()


@contextmanager
def telling(teller: Process) -> Iterator[Counter[str]]:
    """Facts of several subjects in turn at the teller's door, one after another until the block
    ends; how many there are of each."""
    told: Counter[str] = Counter()
    over = threading.Event()

    def tell() -> None:
        for number in count():
            if over.is_set():
                return
            visit = f"v{number % SUBJECTS}"
            eventually(partial(is_told, teller, visit, key=f"key-{number}"))
            told[f"visit/{visit}"] += 1

    with ThreadPoolExecutor(1) as pool:
        flow = pool.submit(tell)
        try:
            yield told
        finally:
            over.set()
    flow.result()


def is_told(teller: Process, visit: str, *, key: str) -> bool:
    """Once, however often it is asked with the key."""
    answer = requests.post(f"{teller.address}/visits", json={"visit_id": visit},
                           headers={"Idempotency-Key": key}, timeout=20)
    return answer.status_code == 201


def set_webhook(callers: Callers, name: str, receiver: Receiver) -> None:
    """For a receiver that takes only what is signed with its secret."""
    secret = webhooking.set_webhook(callers.app, name, receiver.url, begin="first",
                                    resolve=lookup)
    assert secret is not None
    standard = Standard(secret)

    def verifies(call: Came) -> Doing:
        try:
            standard.verify(call.body, dict(call.headers))
        except WebhookVerificationError:
            return Doing(status=400)
        return OK

    receiver.does = verifies


def kill_while_facts_flow(abroad: Abroad, bridge: Process, caller: Process,
                          receiver: Receiver) -> None:
    """Each in the middle of its work, and the bridge copies again before this ends."""
    eventually(lambda: len(receiver.took) >= 10)
    caller.kill()
    caller.start()
    eventually(lambda: abroad.store.feed.last() >= 40)
    bridge.kill()
    abroad.forget_abandoned_transactions()
    by_then = abroad.store.feed.last()
    bridge.start()
    eventually(lambda: abroad.store.feed.last() >= by_then + 40)


def by_subject(facts: Iterable[dict[str, Any]]) -> Facts:
    """Each fact once, as it first came."""
    found: Facts = defaultdict(list)
    seen: set[str] = set()
    for fact in facts:
        if fact["id"] not in seen:
            seen.add(fact["id"])
            found[fact["subject"]].append(fact)
    return dict(found)


def sequences(facts: Facts) -> dict[str, list[int]]:
    return {subject: [int(fact["sequence"]) for fact in of] for subject, of in facts.items()}


def read_feed(city: Process, hers: Outsider) -> Facts:
    """All pages as the subscriber gets them."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": 0, "more": True}
    while page["more"]:
        page = requests.get(f"{city.address}/feed", params={"after": page["next"]}, timeout=20,
                            headers={"Authorization": f"Bearer {hers.token}"}).json()
        found += [each["fact"] for each in page["facts"]]
    return by_subject(found)


def test_every_fact_comes_in_order_by_each_way_though_bridge_and_caller_are_killed(
    abroad: Abroad, callers: Callers, typed: Typed, name: str
) -> None:
    teller, city = abroad.teller().start(ready=False), callers.doors().start(ready=False)
    bridge, caller = abroad.bridge().start(), callers.caller().start()
    abroad.relay().start()
    hers = added(typed, name, "--facts", "#")
    with Receiver() as receiver:
        set_webhook(callers, name, receiver)
        teller.wait_until_ready()
        with telling(teller) as told:
            kill_while_facts_flow(abroad, bridge, caller, receiver)
        eventually(lambda: len(receiver.ids) == told.total())
        called = by_subject(each.fact for each in receiver.took)
        assert receiver.took == receiver.came, "a signature was not right"
    assert sequences(called) == {subject: list(range(1, number + 1))
                                 for subject, number in told.items()}
    city.wait_until_ready()
    assert read_feed(city, hers) == called
    hers.listen()
    heard = by_subject(hers.hear(told.total()))
    hers.leave()
    assert heard == called
