"""The duty of ten days: sessions are watched from when they are scheduled (C-19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from contracts.events import SessionCancelled, SessionClosed, SessionMoved, SessionScheduled
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.volunteers import domain
from services.volunteers.domain.duty import Duty
from services.volunteers.domain.session import News, after
from services.volunteers.usecases.application import App

WATCH_DUTIES = "volunteers.watch-duties"
Told = SessionScheduled | SessionMoved | SessionCancelled | SessionClosed


def watch_duties(app: App, heard: list[Envelope]) -> None:
    """Keeps what these tell of sessions of voluntary service (C-12). Safe to repeat for ever and
    in any order: the last fact of a session, by its number, has the last word on its time."""
    told = [(envelope, cast(Told, envelope.fact())) for envelope in heard]
    of_service = [(each, fact) for each, fact in told if domain.is_credited(fact.session)]
    if of_service:
        app.transactions.run(lambda within: _keep(app, within, of_service))


def _keep(app: App, within: Transaction, told: Iterable[tuple[Envelope, Told]]) -> None:
    heard = list(told)
    ids = {fact.session.session_id for _, fact in heard}
    known = app.store.duties.some(ids, within=within)
    duties = dict(known)
    for envelope, fact in heard:
        id = fact.session.session_id
        duties[id] = _after(duties.get(id), envelope, fact)
    app.store.duties.save(duties, known=known, within=within)


def _after(duty: Duty | None, envelope: Envelope, fact: Told) -> Duty:
    news = News(ref=fact.session, version=(envelope.sequence, envelope.time),
                cancelled=isinstance(fact, SessionCancelled))
    session = after(duty.session if duty else None, [news])
    duty = replace(duty, session=session) if duty else Duty(session=session)
    closed = duty.closed or isinstance(fact, SessionClosed)
    return replace(duty, closed=closed, settled=session.cancelled)
