"""Sessions, scans and envelopes as the events service would tell them, for tests of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.event import Fact
from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut
from contracts.session import SessionRef
from kernel.clock import SHANGHAI
from kernel.envelope import Envelope, wrap
from services.volunteers.domain import Attendance, Entry, HourRules, Line, desired


def at(clock: str, day: str = "2026-09-01") -> datetime:
    """A moment in Shanghai, e.g. at("07:30")."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


def session(start: str = "07:30", end: str = "09:00", *, id: str = "s1", kind: str = "shift",
            day: str = "2026-09-01") -> SessionRef:
    return SessionRef(
        session_id=id, activity_id="a1", programme="road-angels", kind=kind, street="大鹏",
        starts_at=at(start, day), ends_at=at(end, day), title="马路天使", place="中山路口",
    )


def came(moment: datetime, where: SessionRef | None = None, who: str = "p1") -> ScannedIn:
    return ScannedIn(session=where or session(), registration_id="r1", person_ref=who, at=moment)


def left(moment: datetime, where: SessionRef | None = None, who: str = "p1") -> ScannedOut:
    return ScannedOut(session=where or session(), registration_id="r1", person_ref=who, at=moment)


def closed(state: str = "present", where: SessionRef | None = None,
           who: str = "p1") -> AttendanceRecorded:
    return AttendanceRecorded(
        session=where or session(), registration_id="r1", person_ref=who, household_ref=who,
        state=state,  # type: ignore[arg-type]
    )


def told(*facts: Fact, first: int = 1) -> list[Envelope]:
    """The facts in envelopes, each subject with its own gap-free sequence; ids follow from both."""
    last: dict[str, int] = {}
    envelopes = []
    for fact in facts:
        subject = fact.subject()
        last[subject] = last.get(subject, first - 1) + 1
        envelopes.append(wrap(
            fact, id=f"{subject}:{last[subject]}".replace("/", "-"), source="/events",
            sequence=last[subject], time=at("12:00"),
        ))
    return envelopes


def visit(start: str, end: str, *, id: str = "s1", who: str = "p1", day: str = "2026-09-01",
          close: bool = True) -> Sequence[Fact]:
    """Somebody who was there from start to end of a session of the same hours."""
    where = session(start, end, id=id, day=day)
    stay = [came(where.starts_at - timedelta(minutes=5), where, who),
            left(where.ends_at + timedelta(minutes=5), where, who)]
    return [*stay, closed(where=where, who=who)] if close else stay


def confidential(where: SessionRef) -> SessionRef:
    return replace(where, title=None, place=None, confidential=True)


def attended(start: str = "", end: str = "", *, where: SessionRef | None = None,
             present: bool = False) -> Attendance:
    """Somebody's scans at a session; what is left out was never scanned."""
    return Attendance(
        session=where or session(), person_ref="p1", present=present,
        came=(at(start),) if start else (), left=(at(end),) if end else (),
    )


def worth(*attendances: Attendance, rules: HourRules | None = None) -> list[Line]:
    """The lines of these attendances, in order of their keys."""
    lines = desired(attendances, {}, rules or HourRules())
    return sorted((line for of in lines.values() for line in of), key=lambda line: line.key)


def an_entry(line: Line, where: SessionRef | None = None, **changes: Any) -> Entry:
    """The entry that enters the line."""
    fields = {name: value for name, value in vars(line).items() if name != "key"}
    return Entry(entry_id=f"e {line.key}", person_ref="p1", number=1, session=where or session(),
                 entered_at=at("12:00"), **{**fields, **changes})
