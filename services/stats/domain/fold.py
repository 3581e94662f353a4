"""Folding facts into rows: the same rows in any order and however often a fact comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from contracts import (
    events,
    notifications,
    stats,
    stats_goals,
    volunteers,
    volunteers_certificates,
    volunteers_corrections,
)
from contracts.event import Fact
from services.stats.domain.attendance import Attendance
from services.stats.domain.day import DayRow, Place, Share
from services.stats.domain.heard import Heard
from services.stats.domain.message import Message
from services.stats.domain.programme import Programme
from services.stats.domain.record import Redemption, Visit, WorkItem
from services.stats.domain.registration import Registration
from services.stats.domain.session import Session


class Row(Protocol):
    """A document with a natural key: what is known of one thing, whatever was heard of it."""

    @property
    def key(self) -> str: ...

    @staticmethod
    def key_of(fact: Any) -> str: ...

    @classmethod
    def first(cls, heard: Heard) -> Self: ...

    def after(self, heard: Heard) -> Self: ...

    def shares(self) -> tuple[Share, ...]: ...


Kind = type[Row]
Rows = dict[Kind, dict[str, Row]]

FOLDS: Mapping[type[Fact], tuple[Kind, ...]] = {
    events.ProgrammePublished: (Programme,),
    events.SessionScheduled: (Session,),
    events.SessionMoved: (Session,),
    events.SessionCancelled: (Session,),
    events.SessionClosed: (Session,),
    events.SignupConfirmed: (Session, Registration),
    events.SignupPromoted: (Session, Registration),
    events.SignupWaitlisted: (Session, Registration),
    events.SignupCancelled: (Session, Registration),
    events.SignupPending: (Session, Registration),
    events.SeatOffered: (Session, Registration),
    events.SignupLapsed: (Session, Registration),
    events.SignupMoved: (Session, Registration),
    events.AttendanceRecorded: (Attendance,),
    events.VisitRecorded: (Visit,),
    events.RedemptionRecorded: (Redemption,),
    events.WorkItemRecorded: (WorkItem,),
    volunteers.HoursCredited: (Attendance,),
    volunteers.HoursHeld: (Attendance,),
    volunteers.HoursWithheld: (Attendance,),
    volunteers.HoursCorrected: (Attendance,),
    notifications.MessageSubmitted: (Message,),
    notifications.MessageDelivered: (Message,),
    notifications.MessageFailed: (Message,),
    # no figure changes; some of these are lines of the feed
    volunteers.QualificationRecorded: (),
    volunteers.QualificationExpired: (),
    volunteers.ConsentChanged: (),
    events.ReminderDue: (),
    events.CrewShort: (),
    events.ApprovalOverdue: (),
    events.ConsentDecided: (),
    events.DrawCommitted: (),
    events.DrawHeld: (),
    volunteers_certificates.CertificateIssued: (),
    volunteers_certificates.CertificateRevoked: (),
    volunteers_certificates.StarsDecided: (),
    volunteers.LedgerRooted: (),
    volunteers_corrections.CorrectionRequested: (),
    volunteers_corrections.CorrectionDecided: (),
    volunteers_corrections.RecordOverdue: (),
    stats.BriefPublished: (),
    stats_goals.GoalReached: (),
}
KINDS: tuple[Kind, ...] = tuple(dict.fromkeys(kind for kinds in FOLDS.values() for kind in kinds))


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a batch changes: rows that are new or replaced, and shares that go and come."""

    new: Rows
    replaced: Rows
    removed: list[Share] = field(default_factory=list)
    added: list[Share] = field(default_factory=list)

    def places(self) -> dict[str, Place]:
        """The day rows that change, by key."""
        return {share.place.key: share.place for share in (*self.removed, *self.added)}

    def onto(self, days: Mapping[str, DayRow]) -> dict[str, DayRow]:
        """The changed day rows; `days` are those that exist, and they are changed in place."""
        rows = {
            key: days.get(key) or DayRow(place=place) for key, place in self.places().items()
        }
        for share in self.removed:
            rows[share.place.key].remove(share)
        for share in self.added:
            rows[share.place.key].add(share)
        return rows


def keys_in(batch: Iterable[Heard]) -> dict[Kind, set[str]]:
    """The natural keys that the batch speaks of, by kind; facts nobody folds have none."""
    keys: dict[Kind, set[str]] = {}
    for heard in batch:
        for kind in FOLDS.get(type(heard.fact), ()):
            keys.setdefault(kind, set()).add(kind.key_of(heard.fact))
    return keys


def fold(batch: Iterable[Heard], known: Rows) -> Changes:
    """The batch over the rows that are kept of its keys. Pure; safe to repeat."""
    after: Rows = {kind: dict(rows) for kind, rows in known.items()}
    for heard in batch:
        for kind in FOLDS.get(type(heard.fact), ()):
            rows = after.setdefault(kind, {})
            key = kind.key_of(heard.fact)
            rows[key] = (rows.get(key) or kind.first(heard)).after(heard)
    _fill_sessions(known, after)
    return _difference(known, after)


def _fill_sessions(known: Rows, after: Rows) -> None:
    """Each session has as many persons more as its registrations have."""
    sessions: dict[str, Any] = after.get(Session, {})
    registrations: dict[str, Any] = after.get(Registration, {})
    before: dict[str, Any] = known.get(Registration, {})
    for key, registration in registrations.items():
        was = before.get(key)
        sessions[registration.session_id] = sessions[registration.session_id].filled(
            confirmed=registration.confirmed - (was.confirmed if was else 0),
            waiting=registration.waiting - (was.waiting if was else 0),
        )


def _difference(known: Rows, after: Rows) -> Changes:
    changes = Changes(new={}, replaced={})
    for kind, key, was, row in _touched(known, after):
        (changes.replaced if was else changes.new).setdefault(kind, {})[key] = row
        gone, come = was.shares() if was else (), row.shares()
        if gone != come:
            changes.removed.extend(gone)
            changes.added.extend(come)
    return changes


def _touched(known: Rows, after: Rows) -> Iterator[tuple[Kind, str, Row | None, Row]]:
    for kind, rows in after.items():
        before = known.get(kind, {})
        for key, row in rows.items():
            was = before.get(key)
            if row != was:
                yield kind, key, was, row
