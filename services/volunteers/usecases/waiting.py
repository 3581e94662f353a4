"""What waits for somebody's word, in pages: requests, held lines, sessions with records missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from contracts.session import SessionRef
from kernel.clock import local_day
from kernel.rights import ALL, Scope
from services.volunteers.domain.correction import Correction, State
from services.volunteers.domain.duty import Reckoned, began_by, reckon
from services.volunteers.domain.entry import Reason
from services.volunteers.domain.held import Held
from services.volunteers.domain.ruling import Level
from services.volunteers.usecases.application import App
from services.volunteers.usecases.sessions import session_of

T = TypeVar("T")
PAGE = 50
OFFERED = 200  # sessions to choose from


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, from 1; `more` when another follows."""

    items: list[T]
    page: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request with its deadline; no deadline once it is decided."""

    correction: Correction
    deadline: Reckoned | None


def page_of(found: list[T], page: int) -> Page[T]:
    """`found` is what was asked for, and one more where there is more."""
    return Page(items=found[:PAGE], page=page, more=len(found) > PAGE)


def corrections(app: App, *, state: State | None = "pending", overdue: bool | None = None,
                page: int = 1, limits: Scope = ALL) -> Page[Asked]:
    """Requests within the limits, oldest first; `overdue`: only those that should have been decided
    by now. Raises Unavailable."""
    before = None
    if overdue:
        state, before = "pending", began_by(local_day(app.clock()), app.duty.answer_days)
    found = app.store.corrections.listed(
        state=state, made_before=before, skip=(page - 1) * PAGE, limit=PAGE + 1, limits=limits,
    )
    return page_of([_asked(app, each) for each in found], page)


def corrections_of(app: App, person_ref: str, *, limit: int = PAGE) -> list[Asked]:
    """A person's own requests, newest first. Raises Unavailable."""
    found = app.store.corrections.of_person(person_ref, limit=limit)
    return [_asked(app, each) for each in found]


def one_correction(app: App, correction_id: str) -> Asked:
    """Raises UnknownCorrection, Unavailable."""
    return _asked(app, app.store.corrections.one(correction_id))


def held(app: App, *, level: Level | None = None, reasons: Collection[Reason] = (),
         page: int = 1, limits: Scope = ALL) -> Page[Held]:
    """Lines that wait within the limits, longest first: of one level (C-09), or for these reasons.
    Raises Unavailable."""
    found = app.store.held.waiting(
        level=level, reasons=reasons, skip=(page - 1) * PAGE, limit=PAGE + 1, limits=limits,
    )
    return page_of(_at_their_sessions(app, found), page)


def one_held(app: App, entry_id: str) -> Held:
    """Raises UnknownHeld, Unavailable."""
    [held] = _at_their_sessions(app, [app.store.held.one(entry_id)])
    return held


def session_by_id(app: App, session_id: str) -> SessionRef:
    """Raises UnknownSession, SessionOff, Unavailable."""
    return app.transactions.look(lambda within: session_of(app, session_id, within=within))


def recent_sessions(app: App) -> list[SessionRef]:
    """Sessions of which a record may be missing, the latest first: those that ended in the last
    while and whose name may be shown. Raises Unavailable."""
    now = app.clock()
    found = app.store.duties.ended(since=now - app.asking.offered, before=now, limit=OFFERED)
    return [duty.session.ref for duty in found
            if not duty.session.cancelled and not duty.session.ref.confidential]


def _at_their_sessions(app: App, found: Collection[Held]) -> list[Held]:
    """With the sessions as they are now: one may have moved since a line was held."""
    ids = {each.session.session_id for each in found}
    known = app.transactions.look(lambda within: app.store.sessions.some(ids, within=within))
    return [
        replace(each, session=known[each.session.session_id].ref)
        if each.session.session_id in known else each for each in found
    ]


def _asked(app: App, correction: Correction) -> Asked:
    if correction.state != "pending":
        return Asked(correction=correction, deadline=None)
    days = app.duty.answer_days
    deadline = reckon(local_day(correction.made_at), local_day(app.clock()), days=days,
                      warning=days)
    return Asked(correction=correction, deadline=deadline)
