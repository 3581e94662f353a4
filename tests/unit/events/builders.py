"""Invented activities, people and a whole service in memory, made short for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from kernel.answers import Once
from kernel.clock import FixedClock
from kernel.envelope import Envelope, parse
from kernel.login_token import Signer
from kernel.memory import memory_database
from kernel.mongo import ensure_indexes
from kernel.outbox import all_rows, opened
from kernel.transaction import KERNEL_INDEXES, Transactions
from kernel.tries import Tries
from kernel.vault import MemoryVault, Sealing
from services.events.domain.attendance import Attendance
from services.events.domain.person import Member, Newcomer
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.programmes import Programme
from services.events.store import INDEXES, Store
from services.events.usecases import changing, due
from services.events.usecases.accounts.notes import Notes
from services.events.usecases.activities import publish_activity
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.programmes import load_programmes
from services.events.usecases.signing_up import sign_up

SEED = bytes(range(32))  # signs logins
NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)
STARTS = NOON + timedelta(days=7)
STAFF = Caller(staff=True)
PUBLIC = Caller()
PROGRAMMES = (
    Programme(key="youth-night", title="青年之夜", wing="连心", owner="团", kind="gathering"),
    Programme(key="road-angels", title="马路天使", wing="聚心", owner="团", kind="shift"),
    Programme(key="growth-camp", title="成长营", wing="连心", owner="妇", kind="gathering",
              confidential=True),
    Programme(key="hardship-visits", title="慰问", wing="连心", owner="妇", kind="visit"),
    Programme(key="warm-bee", title="暖“蜂”窗口", wing="安心", owner="工", kind="benefit"),
    Programme(key="party-history", title="学习教育", wing="强心", owner="综合", kind="worklist"),
)


def newcomer(number: int, name: str | None = None) -> Newcomer:
    """The number-th invented person."""
    return Newcomer(name=name or f"测试{number:04d}", phone=f"1390000{number:04d}")


def party(*numbers: int) -> list[Member]:
    return [newcomer(number) for number in numbers]


def a_session(**changes: Any) -> Session:
    """A session of two hours with ten places."""
    fields: dict[str, Any] = {
        "session_id": "session-1", "activity_id": "activity-1", "programme": "youth-night",
        "kind": "gathering", "title": "青年之夜", "place": "所城广场", "street": "大鹏",
        "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2), "capacity": 10,
    }
    return Session(**{**fields, **changes})


def a_registration(**changes: Any) -> Registration:
    fields: dict[str, Any] = {
        "registration_id": "registration-1", "session_id": "session-1",
        "activity_id": "activity-1", "party": ("p1",), "household_ref": "p1",
        "status": "confirmed", "seated": True, "arrival": 1, "registered_at": NOON,
    }
    return Registration(**{**fields, **changes})


def an_attendance(**changes: Any) -> Attendance:
    fields: dict[str, Any] = {
        "session_id": "session-1", "activity_id": "activity-1",
        "registration_id": "registration-1", "person_ref": "p1",
    }
    return Attendance(**{**fields, **changes})


def once(key: str, fingerprint: str = "same") -> Once:
    return Once(key, fingerprint)


class TickingClock(FixedClock):
    """Moves on by a millisecond whenever it is looked at, so that facts sort as they were told."""

    def __call__(self) -> datetime:
        self.advance(timedelta(milliseconds=1))
        return super().__call__()


@dataclass
class Town:
    """An events service with its clock; short orders for tests, in memory or on a real database."""

    app: Events
    clock: FixedClock
    database: Database[dict[str, Any]]

    @classmethod
    def on(cls, database: Database[dict[str, Any]], now: datetime = NOON,
           vault: Sealing | None = None) -> Town:
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        clock, vault = TickingClock(now), vault or MemoryVault()
        transactions = Transactions(database, source="/events", clock=clock, vault=vault,
                                    deadline=20.0)
        app = Events(transactions=transactions, store=Store.on(database), vault=vault, clock=clock,
                     tries=Tries(clock), signer=Signer(SEED), notes=Notes(SEED))
        load_programmes(app, PROGRAMMES)
        return cls(app=app, clock=clock, database=database)

    @classmethod
    def in_memory(cls) -> Town:
        return cls.on(memory_database())

    def session(self, *, capacity: int = 10, starts_at: datetime | None = None,
                **order: Any) -> str:
        """Publishes an activity with one session of two hours, in a week; the session's id."""
        starts_at = starts_at or self.clock() + timedelta(days=7)
        dates = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        return str(self.activity([{**dates, "capacity": capacity}], **order)["session_ids"][0])

    def activity(self, sessions: Sequence[dict[str, Any]], **order: Any) -> dict[str, Any]:
        fields = {
            "programme": "youth-night", "title": "海边音乐会", "place": "所城广场",
            "street": "大鹏", "mode": "first-come", "confidential": False, "promotion": "automatic",
            "opens_at": None, "closes_at": None, "sessions": list(sessions),
        }
        return publish_activity(self.app, {**fields, **order})

    def sign_up(self, session_id: str, *numbers: int, caller: Caller = PUBLIC) -> dict[str, Any]:
        return sign_up(self.app, session_id, party(*numbers), caller=caller)

    def cancel(self, registration_id: str, caller: Caller = PUBLIC) -> dict[str, Any]:
        return changing.cancel(self.app, registration_id, caller=caller)

    def accept(self, registration_id: str) -> dict[str, Any]:
        return changing.accept(self.app, registration_id, caller=PUBLIC)

    def decline(self, registration_id: str) -> dict[str, Any]:
        return changing.decline(self.app, registration_id, caller=PUBLIC)

    def approve(self, registration_id: str) -> dict[str, Any]:
        return changing.decide(self.app, registration_id, decision="approve", note="",
                               persons=None, caller=STAFF)

    def refuse(self, registration_id: str, note: str = "名额留给未参加过的人") -> dict[str, Any]:
        return changing.decide(self.app, registration_id, decision="refuse", note=note,
                               persons=None, caller=STAFF)

    def later(self, **by: float) -> None:
        """Time passes, and what is due by then happens."""
        self.clock.advance(timedelta(**by))
        while due.sweep(self.app):
            pass

    def registration(self, registration_id: str) -> Registration:
        return self.app.store.registrations.one(registration_id)

    def status(self, made: dict[str, Any]) -> str:
        return self.registration(made["registration_id"]).status

    def codes(self) -> list[str]:
        """The codes that guardians were sent, oldest first."""
        return [str(each.data["code"]) for each in self.told("consent_requested")]

    def pool(self, session_id: str) -> Session:
        return self.app.store.sessions.one(session_id)

    def told(self, *keys: str) -> list[Envelope]:
        """What was told, in order; only facts of these names (`signup_confirmed`), if any given."""
        envelopes = [parse(opened(row, self.app.vault)) for row in all_rows(self.database)]
        return [each for each in envelopes if not keys or each.type.split(".")[1] in keys]
