"""The session that somebody speaks of, as it was heard of last."""

from __future__ import annotations

from contracts.session import SessionRef
from kernel.transaction import Transaction
from services.volunteers.domain.broken import SessionOff, UnknownSession
from services.volunteers.usecases.application import App


def session_of(app: App, session_id: str, *, within: Transaction) -> SessionRef:
    """As the ledger knows it, or as it was scheduled when nobody was scanned there.

    Raises UnknownSession for one that was never heard of, SessionOff for a cancelled one (C-03).
    """
    known = app.store.sessions.some({session_id}, within=within).get(session_id)
    duty = app.store.duties.some({session_id}, within=within).get(session_id)
    found = known or (duty.session if duty else None)
    if found is None:
        raise UnknownSession(session_id)
    if found.cancelled or (duty and duty.session.cancelled):
        raise SessionOff
    return found.ref
