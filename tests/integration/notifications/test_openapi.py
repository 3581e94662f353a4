"""The doors answer as OpenAPI says, whatever they are asked: made up by Schemathesis, seeded."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import requests

from kernel.broker import drop, open_connection
from kernel.clock import system_clock
from kernel.declaring import declare
from kernel.topology import FLOWS
from services.notifications.domain.life import unanswered
from services.notifications.domain.operating import ACTIONS
from services.notifications.usecases.changing import change
from services.notifications.usecases.operating import messages
from services.notifications.usecases.writing import write_messages
from tests.integration.events.calls import Caller, call_all, told
from tests.integration.events.seeded import Pool
from tests.rig.messages import Messages, open_messages, soon
from tests.rig.office import WANG_TOKEN
from tests.unit.notifications.broadcasts import drafted, signed_up
from tests.unit.notifications.builders import confirmed
from tests.unit.notifications.builders import told as in_envelope

MINE = [flow for flow in FLOWS.values() if flow.service == "notifications"]
SEED = 20211124
OFTEN = {200, 404, 409, 422}  # what some hundred calls reach, however they fall


def pool_of(service: Messages) -> Pool:
    """Real ids of messages that stand differently, and of broadcasts; words that fit."""
    app, pool, where = service.app, Pool(), soon(timedelta(days=2))
    signed_up(app, [f"p{place}" for place in range(8)], where=where)
    write_messages(app, [in_envelope(confirmed(f"r-p{place}", f"p{place}", where=where))
                         for place in range(8)])
    for place, each in enumerate(messages(app).items):
        pool.add("message_id", each.message.message_id)
        if place % 2:
            change(app.changes, each.message.message_id, lambda one: unanswered(
                one, "worker_lost", now=system_clock(), jitter=0, patience=app.patience))
    for _ in range(12):
        pool.add("broadcast_id", drafted(app))
    for name, words in {
        "activity_id": ["a1"], "session_id": ["s1"], "where": ["a1", "a1/s1"], "of": ["p1", "r-p2"],
        "groups": ["confirmed"], "kind": ["notice"], "text": ["《{活动}》照常举行"],
        "reason": ["已电话告知"], "action": [*ACTIONS, "approve", "refuse", "stop", "draft", "try"],
        "key": ["a key of a form"], "person_ref": ["p1"],
    }.items():
        for word in words:
            pool.add(name, word)
    return pool


@pytest.mark.slow
@pytest.mark.parametrize(("calls", "reached"), [
    (250, OFTEN), pytest.param(10_000, OFTEN | {201, 303}, marks=pytest.mark.chaos),
])
def test_every_door_answers_as_described_and_none_fails(
        calls: int, reached: set[int], mongodb_uri: str, vhost: str,
        tmp_path_factory: pytest.TempPathFactory) -> None:
    connection = open_connection(vhost)
    declare(connection, flows=MINE)
    drop(connection)
    with open_messages(mongodb_uri, tmp_path_factory.mktemp("openapi"),
                       AMQP_URI=vhost) as service:
        described = requests.get(f"{service.address}/openapi.json", timeout=10).json()
        caller = Caller(service.address, WANG_TOKEN, pool_of(service), Random(SEED))
        account = call_all(caller, described, calls=calls, seed=SEED)
    print(account.line(), account.unanswered(described))
    assert not account.faults, f"{account.line()}\n{told(account)}"
    assert set(account.statuses) >= reached, account.line()
    assert not any(status >= 500 for status in account.statuses), account.line()
    assert calls < 10_000 or not account.never(described), account.line()
