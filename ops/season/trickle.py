"""New sign-ups every few seconds, so that a demo lives: evenings, an approval, a draw, a camp."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any

from kernel.clock import SHANGHAI, system_clock
from ops.season.doors import DoorRefused, Doors
from ops.season.people import person

GUESTS = range(5000, 9000)


@dataclass(frozen=True, kw_only=True)
class Evening:
    """One activity of next week and the terms on which its places are given."""

    programme: str
    title: str
    street: str
    place: str
    capacity: int = 120
    terms: Mapping[str, Any] = field(default_factory=dict)
    closes_in_days: int | None = None
    is_for_children: bool = False


EVENINGS = (
    Evening(programme="youth-night", title="青年之夜 · 海边音乐会", street="大鹏", place="所城广场",
            capacity=60),
    Evening(programme="red-reading", title="红色阅读周周汇", street="葵涌", place="葵涌图书馆"),
    Evening(programme="home-ode", title="宅集颂 · 老屋里的故事", street="南澳", place="南澳文化站",
            capacity=40, terms={"mode": "approval"}),
    Evening(programme="red-study-tour", title="红色研学 · 东江纵队旧址", street="葵涌",
            place="旧址广场", capacity=30, terms={"mode": "draw"}, closes_in_days=2),
    Evening(programme="growth-camp", title="成长营 · 一起看海", street="大鹏", place="社区活动室",
            capacity=12, is_for_children=True),
)


def trickle(doors: Doors, *, pause: float = 2.0, rounds: int | None = None) -> None:
    """Opens the evenings of next week and lets invented guests sign up, a few of them cancel.

    Runs for `rounds` sign-ups, or until it is stopped. A refusal (already signed up, two at one
    time) is part of an ordinary evening and is passed over.
    """
    sessions = [_open(doors, evening, days=3 + n) for n, evening in enumerate(EVENINGS)]
    rng = random.Random()  # nosec B311 # an invented season
    done = 0
    while rounds is None or done < rounds:
        evening, session_id = rng.choice(list(zip(EVENINGS, sessions, strict=True)))
        _one_guest(doors, rng, session_id, is_child=evening.is_for_children)
        done += 1
        time.sleep(pause * rng.uniform(0.3, 1.7))


def _open(doors: Doors, evening: Evening, *, days: int) -> str:
    now = system_clock()
    day = now.astimezone(SHANGHAI).date() + timedelta(days=days)
    start = datetime.combine(day, clock_time(19, 30), SHANGHAI)
    body: dict[str, Any] = {
        "programme": evening.programme, "title": evening.title, "street": evening.street,
        "place": evening.place, **evening.terms,
        "sessions": [{"starts_at": start.isoformat(), "capacity": evening.capacity,
                      "ends_at": (start + timedelta(hours=2)).isoformat()}],
    }
    if evening.closes_in_days is not None:
        closes = datetime.combine(day - timedelta(days=evening.closes_in_days),
                                  clock_time(20), SHANGHAI)
        body["closes_at"] = closes.isoformat()
    answer = doors.post(f"{doors.addresses.events}/api/activities", body,
                        key=f"demo-evening-2/{evening.programme}/{day.isoformat()}")
    session_id: str = answer["sessions"][0]["id"]
    return session_id


def _one_guest(doors: Doors, rng: random.Random, session_id: str, *, is_child: bool) -> None:
    guest: dict[str, Any] = dict(person(rng.choice(GUESTS)).body())
    if is_child:
        year = system_clock().year - rng.randint(8, 13)
        parent = person(rng.choice(GUESTS)).body()
        guest = {"name": guest["name"], "birth_date": f"{year}-06-01", "guardian": parent}
    key = f"demo-guest/{rng.getrandbits(64):x}"
    events = doors.addresses.events
    try:
        registration = doors.post(
            f"{events}/api/sessions/{session_id}/registrations", {"party": [guest]}, key=key
        )
        if rng.random() < 0.1:
            doors.delete(f"{events}/api/registrations/{registration['registration_id']}",
                         key=f"{key}/cancel")
    except DoorRefused as refusal:
        if refusal.status not in (409, 422):
            raise
