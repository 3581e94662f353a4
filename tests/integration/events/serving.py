"""A running events service for a test module, and what several of them ask of its doors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from tests.rig.events import open_events
from tests.unit.events.builders import PROGRAMMES

TOKEN = "only-for-tests"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
CASEWORKER = {"Authorization": f"Bearer {TOKEN}-confidential"}


@contextmanager
def serving(mongodb_uri: str, log: Path) -> Iterator[str]:
    """The address of a running service with programmes loaded."""
    given = {"STAFF_TOKEN": TOKEN, "CASEWORKER_TOKEN": f"{TOKEN}-confidential",
             "OFFER_HOURS": "00:00-23:59"}
    with open_events(mongodb_uri, log.parent, programmes=PROGRAMMES, **given) as running:
        yield running.address


def published(events: str, *, capacity: int = 2, starts_in: float = 7, **order: Any) -> Any:
    """An activity with one session `starts_in` days from now."""
    starts_at = datetime.now(UTC) + timedelta(days=starts_in)
    session = {"starts_at": starts_at.isoformat(), "capacity": capacity,
               "ends_at": (starts_at + timedelta(hours=2)).isoformat()}
    body = {"programme": "youth-night", "title": "海边音乐会", "place": "所城广场",
            "street": "大鹏", "promotion": "automatic", "sessions": [session], **order}
    answer = requests.post(f"{events}/api/activities", json=body, headers=STAFF, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()


def door(events: str, activity: Any) -> str:
    return f"{events}/api/sessions/{activity['sessions'][0]['id']}"


def signed_up(events: str, activity: Any, number: int, **headers: str) -> requests.Response:
    party = [{"name": f"测试{number}", "phone": f"+86 139 0000 {number:04d}"}]
    return requests.post(f"{door(events, activity)}/registrations", json={"party": party},
                         headers=headers, timeout=10)
