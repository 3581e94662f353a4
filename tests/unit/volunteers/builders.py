"""Sessions, scans and envelopes as the events service would tell them, for tests of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contracts.event import Fact
from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut
from contracts.session import SessionRef
from kernel.clock import SHANGHAI
from kernel.envelope import Envelope, wrap


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
