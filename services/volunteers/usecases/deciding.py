"""When a decision was taken, as the ledger orders them: always after the one that stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from contracts.session import SessionRef
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain.folio import Folio
from services.volunteers.domain.ruling import DayApproval
from services.volunteers.usecases.application import App

_NEXT = timedelta(milliseconds=1)  # what the database tells apart


def now_at(app: App, person_ref: str, session: SessionRef, within: Transaction) -> datetime:
    """Now, or just after the ruling that stands for the person at the session: the last decision
    counts by its time, and the clocks of two processes may differ."""
    folio = _folio(app, person_ref, local_day(session.starts_at), within)
    there = folio.attendances.get(session.session_id)
    return _after(within.now, there.ruling.decided_at if there and there.ruling else None)


def now_of_day(approval: DayApproval | None, within: Transaction) -> datetime:
    """The same for a day whose approval stands."""
    return _after(within.now, approval.decided_at if approval else None)


def approval_of(app: App, person_ref: str, day: date, within: Transaction) -> DayApproval | None:
    """The word that stands on a person's day (C-09)."""
    return _folio(app, person_ref, day, within).approvals.get(day.isoformat())


def _folio(app: App, person_ref: str, day: date, within: Transaction) -> Folio:
    folios, _ = app.store.folios.open({person_ref: {day}}, within=within)
    return folios[person_ref]


def _after(now: datetime, there: datetime | None) -> datetime:
    return max(now, there + _NEXT) if there else now
