"""Workers killed at any moment while people sign up: the account holds all the time (N-26)."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace

import pytest

from kernel.mongo import Unavailable
from services.notifications.usecases.application import App
from services.notifications.usecases.watching import account
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import Gateway
from tests.integration.notifications.running import Service
from tests.integration.notifications.test_broker import NEVER_QUIET
from tests.integration.notifications.test_gateway import number, tomorrow
from tests.unit.notifications import builders
from tests.waiting import eventually

RESTING = {"delivered", "unknown", "submitted", "suppressed"}


def sign_up(app: App, who: str, to: str, dice: random.Random) -> None:
    """Somebody signs up, and some are offered the seat before they are confirmed."""
    keep_contacts(app, [builders.told(builders.contact(who, to))])
    facts = [builders.told(builders.confirmed(f"r-{who}", who, where=tomorrow()), 2)]
    if dice.random() < 0.3:
        facts.append(builders.told(builders.offered(f"r-{who}", who, where=tomorrow()), 1))
    write_messages(app, facts)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_n_26_the_account_holds_while_workers_are_killed_and_nothing_leaves_twice(
    gateway: Gateway, service: Service, seed: int
) -> None:
    dice = random.Random(seed)
    app = replace(service.app(), rules=NEVER_QUIET)
    service.doors()
    workers = [service.worker() for _ in range(2)]
    people: dict[str, str] = {}
    looks = kills = 0
    until = time.monotonic() + 60
    while time.monotonic() < until:
        who = f"p{len(people) + 10}"
        people[who] = number()
        try:
            sign_up(app, who, people[who], dice)
            found = account(app)
        except Unavailable:  # a killed worker holds a document until its session is forgotten
            service.forget_abandoned_transactions()
            continue
        looks += 1
        assert found.is_sound, found.line()
        if dice.random() < 0.1:
            victim = dice.randrange(len(workers))
            workers[victim].kill()
            workers[victim].wait()
            service.forget_abandoned_transactions()
            workers[victim] = service.worker()
            kills += 1
    messages = app.transactions.database["messages"]
    eventually(lambda: set(messages.distinct("state")) <= RESTING, within=120)
    found = account(app)
    print(f"seed {seed}: {kills} kills, {looks} looks, {found.line()}")
    assert found.is_sound and kills and looks > 20
    arrived = Counter(one.number for one in gateway.arrived())
    assert all(arrived[to] <= 1 for to in people.values())
    known = messages.find({"purpose": "confirmed", "state": {"$in": ["delivered", "submitted"]}})
    assert all(arrived[people[one["person_ref"]]] == 1 for one in known)
