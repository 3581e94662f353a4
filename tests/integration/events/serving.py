"""A running events service for a test module, and what several of them ask of its doors."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from kernel.mongo import ensure_indexes
from kernel.settings import read
from kernel.transaction import KERNEL_INDEXES
from ops.parts import free_port
from services.events.service import build
from services.events.settings import EventsSettings
from services.events.store import INDEXES
from services.events.usecases.programmes import load_programmes
from tests.rig.process import Process
from tests.unit.events.builders import PROGRAMMES

TOKEN = "only-for-tests"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
CASEWORKER = {"Authorization": f"Bearer {TOKEN}-confidential"}


@contextmanager
def serving(mongodb_uri: str, log: Path) -> Iterator[str]:
    """The address of a running service with programmes loaded."""
    port = free_port()
    environment = {
        "AMQP_URI": "amqp://127.0.0.1:1/", "MONGODB_URI": mongodb_uri, "ROLE": "http",
        "DATABASE_PREFIX": f"test_{secrets.token_hex(6)}_", "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "STAFF_TOKEN": TOKEN,
        "CASEWORKER_TOKEN": f"{TOKEN}-confidential",
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(),
    }
    app = build(read(EventsSettings, environment))
    database = app.transactions.database
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    load_programmes(app, PROGRAMMES)
    process = Process("kernel.serve", "events", environment=environment, log=log, port=port)
    process.start()
    yield process.address
    process.stop()
    database.client.drop_database(database.name)
    database.client.close()


def published(events: str, *, capacity: int = 2, starts_in: float = 7, **order: Any) -> Any:
    """An activity with one session `starts_in` days from now."""
    starts_at = datetime.now(UTC) + timedelta(days=starts_in)
    session = {"starts_at": starts_at.isoformat(), "capacity": capacity,
               "ends_at": (starts_at + timedelta(hours=2)).isoformat()}
    body = {"programme": "youth-night", "title": "海边音乐会", "place": "所城广场",
            "street": "大鹏", "mode": "first-come", "sessions": [session], **order}
    answer = requests.post(f"{events}/api/activities", json=body, headers=STAFF, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()


def door(events: str, activity: Any) -> str:
    return f"{events}/api/sessions/{activity['sessions'][0]['id']}"


def signed_up(events: str, activity: Any, number: int, **headers: str) -> requests.Response:
    party = [{"name": f"测试{number}", "phone": f"+86 139 0000 {number:04d}"}]
    return requests.post(f"{door(events, activity)}/registrations", json={"party": party},
                         headers=headers, timeout=10)
