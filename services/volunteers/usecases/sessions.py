"""The session that somebody speaks of, as it was heard of last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from contracts.session import SessionRef
from kernel.transaction import Transaction
from services.volunteers.domain.broken import SessionOff, UnknownSession
from services.volunteers.domain.session import Session
from services.volunteers.usecases.application import App


def session_of(app: App, session_id: str, *, within: Transaction) -> SessionRef:
    """As the ledger knows it, or as it was scheduled when nobody was scanned there.

    Raises UnknownSession for one that was never heard of, SessionOff for a cancelled one (C-03).
    """
    found = known_sessions(app, {session_id}, within=within).get(session_id)
    if found is None:
        raise UnknownSession(session_id)
    if found.cancelled:
        raise SessionOff
    return found.ref


def known_sessions(app: App, session_ids: Collection[str], *,
                   within: Transaction) -> dict[str, Session]:
    """Those that were heard of, by id, in the same way; cancelled as soon as one place says so."""
    heard = app.store.sessions.some(session_ids, within=within)
    watched = app.store.duties.some(session_ids, within=within)
    known = {id: duty.session for id, duty in watched.items()} | heard
    off = {id for id, duty in watched.items() if duty.session.cancelled}
    return {id: replace(session, cancelled=session.cancelled or id in off)
            for id, session in known.items()}
