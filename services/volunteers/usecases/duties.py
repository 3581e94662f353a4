"""The duty of ten days: what is settled, what is overdue and told, and the list of it (C-19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from contracts.session import SessionRef
from contracts.volunteers_corrections import RecordOverdue
from kernel import metrics, workdays
from kernel.clock import local_day
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.volunteers.domain.duty import (
    Duty,
    Outstanding,
    Reckoned,
    Standing,
    began_by,
    due_after,
    reckon,
)
from services.volunteers.usecases.application import App
from services.volunteers.usecases.waiting import PAGE, Page, page_of

AT_ONCE = 200  # sessions looked at in one transaction
_STANDINGS: tuple[Standing, ...] = ("due", "warned", "overdue")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A session whose records are not complete, and how that stands today."""

    session: SessionRef
    reckoned: Reckoned
    missing: Outstanding
    told_at: datetime | None


def sweep(app: App) -> int:
    """Settles sessions whose records are complete, tells of each that is overdue once; how many
    were looked at. Safe to repeat, at any time and in any number of processes: that it was told
    stands in the session's document, written with the fact. Raises Unavailable."""
    looked = kept = 0
    while True:
        found = app.store.duties.unsettled(ended_before=app.clock(), skip=kept, limit=AT_ONCE)
        if not found:
            break
        ids = {duty.session.ref.session_id for duty in found}
        looked += len(found)
        kept += app.transactions.run(partial(_look, app, ids))
    _measure(app)
    return looked


def due(app: App, *, standing: Standing | None = None, page: int = 1,
        limits: Scope = ALL) -> Page[Due]:
    """Sessions within the limits that ended and whose records are not complete, the oldest first.
    Raises Unavailable."""
    start, end = _range(app, standing)
    found = app.store.duties.unsettled(
        ended_from=start, ended_before=end, skip=(page - 1) * PAGE, limit=PAGE + 1, limits=limits,
    )
    missing = _missing(app, found)
    listed = page_of([_due(app, duty, missing) for duty in found], page)
    return replace(listed, items=[each for each in listed.items if not each.missing.complete])


def _look(app: App, session_ids: Iterable[str], within: Transaction) -> int:
    """How many of them stay open."""
    known = app.store.duties.some(set(session_ids), within=within)
    missing = _missing(app, known.values(), within=within)
    overdue_from = began_by(local_day(within.now), app.duty.days)
    duties = {}
    for id, duty in known.items():
        duties[id] = duty
        if missing[id].complete:
            duties[id] = replace(duty, settled=True)
        elif duty.told_at is None and duty.session.ref.ends_at < overdue_from:
            duties[id] = replace(duty, told_at=within.now)
            within.emit(_overdue(app, duty, missing[id]))
    app.store.duties.save(duties, known=known, within=within)
    return sum(not duty.settled for duty in duties.values())


def _missing(app: App, duties: Iterable[Duty], *,
             within: Transaction | None = None) -> Mapping[str, Outstanding]:
    """By session; a request that came after the last day has its own deadline."""
    by_id = {duty.session.ref.session_id: duty for duty in duties}
    held = app.store.held.counts(by_id, within=within)
    made = app.store.corrections.made(by_id, within=within)
    return {
        id: Outstanding(
            closed=duty.closed, held=held.get(id, 0),
            requests=sum(local_day(at) <= _last_day(app, duty).day for at in made.get(id, ())),
        )
        for id, duty in by_id.items()
    }


def _last_day(app: App, duty: Duty) -> workdays.Due:
    return due_after(local_day(duty.session.ref.ends_at), app.duty.days)


def _due(app: App, duty: Duty, missing: Mapping[str, Outstanding]) -> Due:
    session = duty.session.ref
    reckoned = reckon(local_day(session.ends_at), local_day(app.clock()), days=app.duty.days,
                      warning=app.duty.warning)
    return Due(session=session, reckoned=reckoned, missing=missing[session.session_id],
               told_at=duty.told_at)


def _overdue(app: App, duty: Duty, missing: Outstanding) -> RecordOverdue:
    last = _last_day(app, duty)
    return RecordOverdue(
        session=duty.session.ref, due=last.day, provisional=last.provisional,
        closed=missing.closed, held=missing.held, requests=missing.requests,
    )


def _range(app: App, standing: Standing | None) -> tuple[datetime | None, datetime]:
    """From when up to when those ended that stand so today."""
    now = app.clock()
    today = local_day(now)
    overdue = began_by(today, app.duty.days)
    warned = began_by(today, app.duty.warning, last_day=True)
    if standing == "overdue":
        return None, overdue
    if standing == "warned":
        return overdue, warned
    return (warned if standing == "due" else None), now


def _measure(app: App) -> None:
    """Moves the metrics (C-50)."""
    for standing in _STANDINGS:
        start, end = _range(app, standing)
        number = app.store.duties.number(ended_from=start, ended_before=end)
        metrics.gauge("xiangxin_records_incomplete", number, standing=standing)
    today = local_day(app.clock())
    late = app.store.corrections.waiting(made_before=began_by(today, app.duty.answer_days))
    metrics.gauge("xiangxin_corrections_overdue", late)
    last = due_after(today, app.duty.days)
    metrics.gauge("xiangxin_calendar_provisional", float(last.provisional))
