"""New sign-ups every few seconds, so that the dashboard of a demo lives."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from datetime import time as clock_time

from kernel.clock import SHANGHAI, system_clock
from ops.season.doors import DoorRefused, Doors
from ops.season.people import person

GUESTS = range(5000, 9000)
EVENINGS = (
    ("youth-night", "青年之夜 · 海边音乐会", "大鹏", "所城广场"),
    ("red-reading", "红色阅读周周汇", "葵涌", "葵涌图书馆"),
    ("home-ode", "宅集颂 · 老屋里的故事", "南澳", "南澳文化站"),
)


def trickle(doors: Doors, *, pause: float = 2.0, rounds: int | None = None) -> None:
    """Opens three evenings next week and lets invented guests sign up, a few of them cancel.

    Runs for `rounds` sign-ups, or until it is stopped. A refusal (already signed up) is part of
    an ordinary evening and is passed over.
    """
    sessions = [_open(doors, *evening, days=3 + n) for n, evening in enumerate(EVENINGS)]
    rng = random.Random()
    done = 0
    while rounds is None or done < rounds:
        _one_guest(doors, rng, rng.choice(sessions))
        done += 1
        time.sleep(pause * rng.uniform(0.3, 1.7))


def _open(doors: Doors, programme: str, title: str, street: str, place: str, *, days: int) -> str:
    day = system_clock().astimezone(SHANGHAI).date() + timedelta(days=days)
    start = datetime.combine(day, clock_time(19, 30), SHANGHAI)
    answer = doors.post(
        f"{doors.addresses.events}/api/activities",
        {"programme": programme, "title": title, "street": street, "place": place,
         "mode": "first-come",
         "sessions": [{"starts_at": start.isoformat(), "capacity": 120,
                       "ends_at": (start + timedelta(hours=2)).isoformat()}]},
        key=f"demo-evening/{programme}/{day.isoformat()}",
    )
    session_id: str = answer["sessions"][0]["id"]
    return session_id


def _one_guest(doors: Doors, rng: random.Random, session_id: str) -> None:
    guest = person(rng.choice(GUESTS))
    key = f"demo-guest/{rng.getrandbits(64):x}"
    events = doors.addresses.events
    try:
        registration = doors.post(
            f"{events}/api/sessions/{session_id}/registrations", {"party": [guest.body()]}, key=key
        )
        if rng.random() < 0.1:
            doors.delete(f"{events}/api/registrations/{registration['registration_id']}",
                         key=f"{key}/cancel")
    except DoorRefused as refusal:
        if refusal.status != 409:
            raise
