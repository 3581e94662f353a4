"""The database is killed or frozen: a clear 503, services stay alive, all recover by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests

from ops.parts import Database
from tests.chaos.proxy import FaultProxy
from tests.rig.city import City, new_session
from tests.rig.fixtures import MakeCity
from tests.rig.process import Process
from tests.rig.queues import LEDGER
from tests.rig.uris import port_of, through
from tests.waiting import eventually

PERSON = {"party": [{"name": "居民甲", "phone": "13900000001"}]}


def asked(events: Process, session_id: str) -> requests.Response:
    """One sign-up, always with the same key."""
    url = f"{events.address}/api/sessions/{session_id}/registrations"
    return requests.post(url, json=PERSON, headers={"Idempotency-Key": "one"}, timeout=15)


@pytest.mark.parametrize(
    ("leave", "come_back"),
    [
        pytest.param(Database.kill, Database.start, id="killed"),
        pytest.param(Database.freeze, Database.thaw, id="frozen"),
    ],
)
def test_without_its_database_a_service_says_503_and_recovers_by_itself(
    leave: Callable[[Database], None],
    come_back: Callable[[Database], None],
    make_city: MakeCity,
    own_database: Database,
) -> None:
    city = make_city(mongodb=own_database.uri)
    events, ledger, relay = city.events().start(), city.ledger().start(), city.relay().start()
    session_id = new_session(events, places=5)

    leave(own_database)
    began = time.monotonic()
    refused = asked(events, session_id)
    took = time.monotonic() - began
    assert refused.status_code == 503
    assert took < 12
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert events.answers("/healthz")
    assert not events.answers("/readyz")

    come_back(own_database)
    answer = eventually(lambda: taken(events, session_id))
    city.accepted.add(answer.json()["registration_id"])

    account = city.finish(ledger)
    assert account.is_sound, account.line()
    assert relay.is_running


def taken(events: Process, session_id: str) -> requests.Response:
    """The answer once it is 201."""
    answer = asked(events, session_id)
    assert answer.status_code == 201, answer.text
    return answer


def test_sign_ups_that_meet_a_silent_database_are_answered_once_it_speaks(city: City) -> None:
    with FaultProxy(port_of(city.mongodb_uri)) as proxy:
        events = city.events(MONGODB_URI=through(proxy, city.mongodb_uri)).start()
        ledger = city.ledger().start()
        city.relay().start()
        crowd = city.crowd(events, 100, at_once=8, patient=True).start()
        crowd.wait_for(20)

        proxy.hole()
        eventually(lambda: not events.answers("/readyz"))
        assert events.answers("/healthz")
        proxy.heal()
        answers = crowd.join()

        account = city.finish(ledger)
    assert {one.statuses[-1] for one in answers} == {201}
    assert account.is_sound, account.line()


def test_a_consumer_without_its_database_parks_nothing_and_resumes(city: City) -> None:
    with FaultProxy(port_of(city.mongodb_uri)) as proxy:
        events = city.events().start()
        ledger = city.ledger(MONGODB_URI=through(proxy, city.mongodb_uri)).start()
        city.relay().start()

        proxy.refuse()
        city.crowd(events, 50).start().join()
        eventually(lambda: "waits: " in ledger.output)
        assert city.queues.depth(LEDGER.parked) == 0
        proxy.heal()

        account = city.finish(ledger)
    assert account.is_sound, account.line()
    assert not account.parked
