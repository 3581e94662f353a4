"""A season in small through the doors: one of everything, so that generated calls hit real ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import requests

from kernel.clock import local_day, system_clock
from tests.rig.events import CASEWORKER, STAFF, Running
from tests.waiting import eventually

KINDS: Mapping[str, str] = {"id": "", "party": "person_ref", "persons": "person_ref",
                            "sessions": "session_id", "session": "session_id",
                            "ticket": "registration_id", "household_ref": "person_ref",
                            "session_ids": "session_id", "programme": "key"}
MOST = 60  # ids of a kind: the oldest go, so that the pool stays one of what is alive


@dataclass
class Pool:
    """Real ids by the name that the doors call them by."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        known = self.ids.setdefault(KINDS.get(name, name), [])
        if value and value not in known:
            known.append(value)
            del known[:-MOST]

    def learn(self, told: Any) -> None:
        """Takes every id out of an answer."""
        if isinstance(told, list):
            for each in told:
                self.learn(each)
        elif isinstance(told, Mapping):
            for name, value in told.items():
                if isinstance(value, str) and name.endswith(("_id", "_ref", "_no")):
                    self.add(name, value)
                elif name == "party" and isinstance(value, list):
                    for each in value:
                        self.add(name, each)
                else:
                    self.learn(value)

    def some(self, name: str, chance: Random) -> str | None:
        """A real id where `name` names one; None where it does not."""
        known = self.ids.get(KINDS.get(name, name))
        return chance.choice(known) if known else None


@dataclass
class Staff:
    """A caseworker at the doors; what the answers name is kept in the pool."""

    events: Running
    pool: Pool

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = requests.post(f"{self.events.address}/api/{path}", json=body, timeout=20,
                               headers=CASEWORKER)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        told = answer.json()
        self.pool.learn(told)
        return told

    def publish(self, starts_in: float, *, programme: str = "youth-night", dates: int = 1,
                hours: float = 2, capacity: int = 4, **terms: Any) -> Any:
        """An activity with `dates` daily sessions, the first `starts_in` days from now."""
        first = system_clock() + timedelta(days=starts_in)
        sessions = [_session(first + timedelta(days=day), hours, capacity) for day in range(dates)]
        return self.post("activities", {
            "programme": programme, "title": "海边音乐会", "place": "所城广场", "street": "大鹏",
            "sessions": sessions, **terms,
        })

    def sign_up(self, activity: Any, *numbers: int) -> Any:
        party = [{"name": f"测试{each}", "phone": f"1390000{each:04d}"} for each in numbers]
        session = activity["sessions"][0]["id"]
        return self.post(f"sessions/{session}/registrations", {"party": party})


def _session(starts_at: datetime, hours: float, capacity: int) -> dict[str, Any]:
    return {"starts_at": starts_at.isoformat(), "capacity": capacity,
            "ends_at": (starts_at + timedelta(hours=hours)).isoformat()}


def seed(events: Running) -> Pool:
    """Activities of every mode, people and registrations in many states, records of every kind."""
    staff = Staff(events, Pool())
    _gatherings(staff)
    _past(staff)
    _records(staff)
    for name, words in {
        "key": ("youth-night", "growth-camp", "road-angels", "warm-bee", "hardship-visits",
                "party-history", "calm-station", "epidemic-volunteers"),
        "station": ("head", "branch-kuichong"), "street": ("大鹏", "葵涌"), "seat": ("child",),
        "form": ("csv", "xlsx"), "decision": ("given", "refused"), "by": ("staff-1",),
    }.items():
        for word in words:
            staff.pool.add(name, word)
    return staff.pool


def _gatherings(staff: Staff) -> None:
    closes_at = (system_clock() + timedelta(days=20)).isoformat()
    kinds = [
        staff.publish(7), staff.publish(9, promotion="offer"), staff.publish(11, mode="approval"),
        staff.publish(30, mode="draw", closes_at=closes_at), staff.publish(0.01, capacity=8),
        staff.publish(13, programme="growth-camp", confidential=True),
        staff.publish(15, dates=3, series="spring"),
        staff.publish(21, pools=[{"key": "hall", "title": "大厅", "capacity": 3}],
                      seats=[{"key": "child", "title": "儿童", "pool": "hall"}]),
    ]
    for number, activity in enumerate(kinds):
        for one in range(3):
            with_others = range(number * 10 + one * 3, number * 10 + one * 3 + 1 + one)
            if not activity["sessions"][0].get("seats"):
                staff.sign_up(activity, *with_others)


def _past(staff: Staff) -> None:
    """Two sessions that are over; one is closed, with two who were absent."""
    over = [staff.publish(2 / 86_400, hours=1 / 3600), staff.publish(-3)]
    came, *_ = (staff.sign_up(over[0], number) for number in (801, 802, 803))
    staff.sign_up(over[1], 804)
    session = over[0]["sessions"][0]
    ends_at = datetime.fromisoformat(session["ends_at"])
    eventually(lambda: system_clock() > ends_at)
    staff.post(f"sessions/{session['id']}/scans", {
        "ticket": came["registration_id"], "direction": "in", "nonce": "seed-1",
        "at": session["starts_at"],
    })
    staff.post(f"sessions/{session['id']}/close", {
        "served": {"count": 188, "method": "路口计数", "reported_by": "staff-1"},
    })
    for person in staff.pool.ids["person_ref"]:
        told = requests.get(f"{staff.events.address}/api/people/{person}/no-shows", timeout=10,
                            headers=STAFF).json()
        for each in told["no_shows"]:
            staff.pool.add("no_show_id", each["id"])


def _records(staff: Staff) -> None:
    today = local_day(system_clock()).isoformat()
    told = requests.get(f"{staff.events.address}/api/programmes", timeout=10).json()
    shown = {each["key"]: each for each in told}
    category = shown["party-history"]["categories"][0]
    item = staff.post("programmes/party-history/work-items", {
        "item": "细则01", "category": category, "state": "open", "day": today,
    })
    staff.pool.add("item_id", item["id"])
    staff.post("programmes/hardship-visits/visits", {
        "household_ref": "hh-1", "street": "大鹏", "day": today, "goods": "大米",
    })
    bee = shown["warm-bee"]
    staff.pool.add("category", category)
    for name, words in {"window": [each["key"] for each in bee["windows"]],
                        "occupation": bee["entitled"]}.items():
        for word in words:
            staff.pool.add(name, word)
    person, occupation = "person-9", bee["entitled"][0]
    granted = staff.post("programmes/warm-bee/entitlements",
                         {"person_ref": person, "occupation": occupation})
    staff.pool.add("entitlement_id", granted["id"])
    staff.pool.add("person_ref", person)
