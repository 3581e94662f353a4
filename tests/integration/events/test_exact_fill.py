"""A rush on one session with replicas killed and the database restarted: filled exactly.

Small in `make test`; the whole of it, 5,000 people for 2,000 places, in `make chaos`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from pymongo.errors import PyMongoError

from kernel.outbox import all_rows
from ops.parts import Database
from tests.rig.city import STAFF, City
from tests.rig.fixtures import MakeCity
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.waiting import eventually

PATIENCE = 120.0


@dataclass
class Rush:
    """People who all want into one session, each asking any replica until answered."""

    replicas: Sequence[Process]
    session_id: str
    people: int
    local: threading.local = field(default_factory=threading.local)
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)

    def run(self, connections: int) -> None:
        with ThreadPoolExecutor(connections) as pool:
            for number, answer in enumerate(pool.map(self._one, range(self.people))):
                self.answers[number] = answer

    def _one(self, number: int) -> dict[str, Any]:
        """Always with the same key, at the next replica after each failure."""
        body = {"party": [{"name": f"居民{number}", "phone": f"139{number:08d}"}]}
        key = {"Idempotency-Key": f"{self.session_id}-{number}"}
        until, turn = time.monotonic() + PATIENCE, number
        while time.monotonic() < until:
            replica = self.replicas[turn % len(self.replicas)]
            turn += 1
            try:
                answer = self._connection().post(
                    f"{replica.address}/api/sessions/{self.session_id}/registrations",
                    json=body, headers=key, timeout=20,
                )
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if answer.status_code == 201:
                made: dict[str, Any] = answer.json()
                return made
            assert answer.status_code == 503, answer.text
            time.sleep(0.2)
        raise AssertionError(f"person {number} was not answered in time")

    def _connection(self) -> requests.Session:
        if not hasattr(self.local, "connection"):
            self.local.connection = requests.Session()
        kept: requests.Session = self.local.connection
        return kept


def published(replica: Process, places: int) -> str:
    """A session in a week whose line gets places at once; its id."""
    start = time.time() + 7 * 86_400
    moments = [time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(start + 3600 * n))
               for n in range(2)]
    body = {"programme": "youth-night", "title": "海边音乐会", "place": "广场", "street": "大鹏",
            "promotion": "automatic", "sessions": [
                {"starts_at": moments[0], "ends_at": moments[1], "capacity": places}]}
    answer = requests.post(f"{replica.address}/api/activities", json=body, headers=STAFF,
                           timeout=20)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sessions"][0]["id"])


def check(city: City, rush: Rush, places: int) -> None:
    """Exactly the first to arrive are in, everybody else stands in line in that order, once."""
    database = city.database("events")
    session = database["sessions"].find_one({"_id": rush.session_id})
    kept = list(database["registrations"].find({"session_id": rush.session_id}))
    assert session is not None
    assert (session["taken"], session["waiting"]) == (places, rush.people - places)
    assert len(kept) == len(rush.answers) == rush.people
    assert {each["_id"] for each in kept} == {
        each["registration_id"] for each in rush.answers.values()}
    people = Counter(ref for each in kept for ref in each["party"])
    assert set(people.values()) == {1}
    in_order = sorted(kept, key=lambda each: each["arrival"])
    assert [each["arrival"] for each in in_order] == list(range(1, rush.people + 1))
    assert [each["status"] for each in in_order] == (
        ["confirmed"] * places + ["waitlisted"] * (rush.people - places))
    positions = {each["registration_id"]: each.get("position") for each in rush.answers.values()}
    assert [positions[each["_id"]] for each in in_order[places:]] == list(
        range(1, rush.people - places + 1))
    told = Counter(
        row.subject for row in all_rows(database) if row.subject.startswith("registration/"))
    assert told == {f"registration/{each['_id']}": 1 for each in kept}


def struck(city: City, replicas: Sequence[Process], database: Database, after: float) -> None:
    """In the middle of it one replica is killed and comes back, then the database is."""
    time.sleep(after)
    replicas[-1].kill()
    city.forget_abandoned_transactions()
    replicas[-1].start(ready=False)
    time.sleep(after / 2)
    database.kill()
    database.start()


def filled(make_city: MakeCity, queues: Queues, database: Database, *, people: int, places: int,
           connections: int, replicas: int, after: float) -> None:
    city = make_city(queues, database.uri)
    running = [city.events(ROLE="http").start() for _ in range(replicas)]
    rush = Rush(running, published(running[0], places), people)
    with ThreadPoolExecutor(1) as beside:
        rushing = beside.submit(rush.run, connections)
        # from this thread: what it starts ends with the thread that started it
        struck(city, running, database, after)
        rushing.result()
    eventually(lambda: answers_again(city))
    check(city, rush, places)


def answers_again(city: City) -> bool:
    """Connections from before the restart have been noticed to be dead."""
    try:
        return bool(city.database("events").command("ping"))
    except PyMongoError:
        return False


@pytest.mark.slow
@pytest.mark.chaos
def test_a_rush_over_three_replicas_survives_kills_exactly(
        make_city: MakeCity, shared_queues: Queues, own_database: Database) -> None:
    filled(make_city, shared_queues, own_database, people=900, places=360, connections=32,
           replicas=3, after=1.0)


@pytest.mark.chaos
@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("connections", [32, 256])
def test_five_thousand_people_and_two_thousand_places(
        make_city: MakeCity, shared_queues: Queues, own_database: Database, connections: int,
        replicas: int) -> None:
    filled(make_city, shared_queues, own_database, people=5000, places=2000,
           connections=connections, replicas=replicas, after=6.0)
