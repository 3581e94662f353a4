"""What several test modules ask of the doors of a running events service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.rig.events import STAFF


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
