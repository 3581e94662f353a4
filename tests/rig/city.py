"""A rig with the real events service: residents sign up at its doors, the ledger hears of it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from tests.rig.account import Account
from tests.rig.crowd import Crowd
from tests.rig.events import STAFF, TOKEN
from tests.rig.process import Process
from tests.rig.rig import Rig

SECRETS = {
    "STAFF_TOKEN": TOKEN, "TOKEN_SIGN_IN": "yes",
    "VAULT_KEY": base64.b64encode(bytes(range(96))).decode(),
    "WRITES_PER_ADDRESS": "1000000",
    "SIGNUPS_PER_ADDRESS": "1000000",  # a whole crowd comes from one machine
}


class City(Rig):
    """Events, relay and ledger; what counts is the registrations that were answered 201."""

    told_by = "events"
    facts = ("events.signup_confirmed.v1", "events.signup_waitlisted.v1")

    def __init__(self, **where: Any) -> None:
        super().__init__(**where)
        self._crowds: list[Crowd] = []

    def prepare(self) -> None:
        """Indexes, queues and programmes, as operators make them."""
        self.operator("prepare", "prepare")

    def operator(self, name: str, *words: str, **environment: str) -> str:
        return super().operator(name, *words, **{**SECRETS, **environment})

    def events(self, **environment: str) -> Process:
        environment = {**SECRETS, **environment}
        return self.process("events", "kernel.serve", "events", environment=environment)

    def service(self, name: str, **environment: str) -> Process:
        environment = {**SECRETS, **environment}
        return self.process(name, "kernel.serve", name, environment=environment)

    def relay(self, *services: str, **environment: str) -> Process:
        return super().relay(*services, **{**SECRETS, **environment})

    def crowd(self, events: Process, count: int, **how: Any) -> Crowd:
        """Residents in front of a session of this many places; they count in the account."""
        session_id = new_session(events, places=count)
        crowd = Crowd(ask=partial(sign_up, events, session_id), count=count, **how)
        self._crowds.append(crowd)
        return crowd

    def account(self, *, parked: bool = True) -> Account:
        """As of every rig, with what the crowds were answered so far."""
        for crowd in self._crowds:
            self.accepted |= crowd.accepted
        self.attempted = max(self.attempted, sum(len(crowd.answers) for crowd in self._crowds))
        return super().account(parked=parked)


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


def sign_up(events: Process, session_id: str, number: int) -> tuple[int, str | None]:
    """One attempt of one resident, always with the same key; the status and the registration."""
    person = {"name": f"居民{number}", "phone": f"1390000{number:04d}"}
    url = f"{events.address}/api/sessions/{session_id}/registrations"
    key = {"Idempotency-Key": f"{session_id}-{number}"}
    try:
        answer = requests.post(url, json={"party": [person]}, headers=key, timeout=15)
    except requests.RequestException:
        return 0, None
    made = answer.json()["registration_id"] if answer.status_code == 201 else None
    return answer.status_code, made
