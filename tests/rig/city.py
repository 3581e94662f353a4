"""A rig with the real events service: residents sign up at its doors, the ledger hears of it."""

from __future__ import annotations

import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from tests.rig.process import Process
from tests.rig.rig import Rig
from tests.waiting import eventually

STAFF = {"Authorization": "Bearer invented-staff-token"}
SECRETS = {
    "STAFF_TOKEN": "invented-staff-token",
    "VAULT_KEY": base64.b64encode(bytes(range(96))).decode(),
}
RETRY_AFTER_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one resident was answered in the end; `statuses` of every attempt, 0 for none."""

    name: str
    registration_id: str | None
    statuses: tuple[int, ...]
    seconds: float


class City(Rig):
    """Events, relay and ledger; what counts is the registrations that were answered 201."""

    told_by = "events"
    facts = ("events.signup_confirmed.v1", "events.signup_waitlisted.v1")

    def prepare(self) -> None:
        """Indexes, queues and programmes, as operators make them."""
        made = self.process("prepare", "ops", "prepare", environment=SECRETS, door=False)
        assert made.start().exit_status(60) == 0, made.output

    def events(self, **environment: str) -> Process:
        environment = {**SECRETS, **environment}
        return self.process("events", "kernel.serve", "events", environment=environment)

    def service(self, name: str, **environment: str) -> Process:
        environment = {**SECRETS, **environment}
        return self.process(name, "kernel.serve", name, environment=environment)

    def relay(self, *services: str, **environment: str) -> Process:
        return super().relay(*services, **{**SECRETS, **environment})

    def crowd(self, events: Process, count: int, **how: Any) -> Crowd:
        """Residents in front of a session of this many places."""
        session = new_session(events, places=count)
        return Crowd(city=self, events=events, session_id=session, count=count, **how)


def new_session(events: Process, *, places: int) -> str:
    """The id of a session that takes sign-ups for two days from now."""
    starts_at = datetime.now(UTC) + timedelta(days=2)
    activity = {
        "programme": "road-angels",
        "title": "an invented activity",
        "place": "an invented place",
        "street": "横岗",
        "sessions": [
            {
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
                "capacity": places,
            }
        ],
    }
    url = f"{events.address}/api/activities"
    answer = requests.post(url, json=activity, headers=STAFF, timeout=20)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sessions"][0]["session_id"])


@dataclass
class Crowd:
    """Residents who sign up from several threads; a patient one asks until there is an answer.

    `pace` is the least time in seconds between two of them. Each asks with a key of its own, and
    with the same key again when it has to.
    """

    city: City
    events: Process
    session_id: str
    count: int
    at_once: int = 16
    patient: bool = False
    pace: float = 0.0
    within: float = 60.0
    answers: list[Answer] = field(default_factory=list)
    _pause: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Crowd:
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def wait_for(self, answered: int, within: float = 60.0) -> None:
        """Until so many have been answered."""
        eventually(lambda: len(self.answers) >= answered, within=within)

    def join(self, within: float = 120.0) -> list[Answer]:
        """Every resident's answer, once all have one."""
        self._thread.join(within)
        assert not self._thread.is_alive(), f"{len(self.answers)} of {self.count} were answered"
        return self.answers

    def _run(self) -> None:
        with ThreadPoolExecutor(self.at_once) as threads:
            for number in range(self.count):
                threads.submit(partial(self._sign_up, number))

    def _sign_up(self, number: int) -> None:
        self._await_turn(number)
        began, statuses = time.monotonic(), []
        while True:
            status, registration_id = self._ask(number)
            statuses.append(status)
            if status == 201 or not self.patient or time.monotonic() - began > self.within:
                break
            self._pause.wait(RETRY_AFTER_SECONDS)
        if registration_id:
            self.city.accepted.add(registration_id)
        self.city.attempted += 1
        self.answers.append(
            Answer(
                name=f"resident-{number}",
                registration_id=registration_id,
                statuses=tuple(statuses),
                seconds=time.monotonic() - began,
            )
        )

    def _await_turn(self, number: int) -> None:
        early = self._began + number * self.pace - time.monotonic()
        if early > 0:
            self._pause.wait(early)

    def _ask(self, number: int) -> tuple[int, str | None]:
        person = {"name": f"居民{number}", "phone": f"1390000{number:04d}"}
        url = f"{self.events.address}/api/sessions/{self.session_id}/registrations"
        key = {"Idempotency-Key": f"{self.session_id}-{number}"}
        try:
            answer = requests.post(url, json={"party": [person]}, headers=key, timeout=15)
        except requests.RequestException:
            return 0, None
        known = answer.json().get("registration_id") if answer.status_code == 201 else None
        return answer.status_code, known
