"""A ledger in memory, decisions on it, and what it says, made short for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from contracts.session import SessionRef
from kernel.clock import SHANGHAI, FixedClock
from kernel.memory import memory_database
from kernel.outbox import all_rows
from kernel.transaction import Transactions
from kernel.tries import Tries
from services.volunteers.domain import DayApproval, Entry, HourRules, Ruling
from services.volunteers.store import Store
from services.volunteers.usecases import App, approve, lines_of, rule
from tests.unit.volunteers.builders import at, session


def app_on(database: Any, rules: HourRules | None = None, clock: FixedClock | None = None) -> App:
    """The service on this database."""
    clock = clock or FixedClock(at("12:00"))
    transactions = Transactions(database, source="/volunteers", clock=clock)
    return App(transactions=transactions, store=Store(database), rules=rules or HourRules(),
               tries=Tries(clock), clock=clock)


def an_app(rules: HourRules | None = None, clock: FixedClock | None = None) -> App:
    """The service on a database in memory."""
    return app_on(memory_database(), rules, clock)


def a_ruling(where: SessionRef | None = None, *, id: str = "r1", who: str = "p1",
             decided: datetime | None = None, **what: Any) -> Ruling:
    """An organiser's word on somebody's minutes at a session."""
    return Ruling(**{
        "ruling_id": id, "person_ref": who, "session": where or session(), "basis": "organiser",
        "evidence": "photo/1", "reason": "核实", "actor": "staff/1",
        "decided_at": decided or at("11:00"), **what,
    })


def an_approval(level: Any, *, id: str = "d1", who: str = "p1", day: str = "2026-09-01",
                hour: int = 18) -> DayApproval:
    """A word on a day over its limit."""
    decided = at("00:00", day) + timedelta(hours=hour)
    return DayApproval(approval_id=id, person_ref=who, day=decided.date(), level=level,
                       reason="防汛值守", actor="staff/2", decided_at=decided)


def decide(app: App, *rulings: Ruling) -> list[Entry]:
    """The entries that came of these rulings."""
    return app.transactions.run(lambda within: rule(app, within, rulings))


def approved(app: App, *approvals: DayApproval) -> list[Entry]:
    """The entries that came of these approvals."""
    return app.transactions.run(lambda within: approve(app, within, approvals))


Row = tuple[str, str, int, int, str, tuple[str, ...]]


def effective(app: App, who: str = "p1") -> list[Row]:
    """What counts of a person, without what tells how it came to be."""
    return rows_of(lines_of(app, who))


def rows_of(entries: Iterable[Entry]) -> list[Row]:
    """Entries so that ledgers of different people and in different stores can be compared."""
    return sorted(
        (one.session.session_id.removeprefix(one.person_ref), one.state, one.minutes, one.withheld,
         str(one.reason), tuple(f"{_local(each.start)}–{_local(each.end)}" for each in one.spans))
        for one in entries
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%d %H:%M}"


def keys_told(app: App) -> Counter[str]:
    """How many facts of each key were told."""
    return Counter(row.key for row in all_rows(app.transactions.database))
