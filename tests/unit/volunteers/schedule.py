"""What the events service tells of sessions as such, made short for tests."""

from __future__ import annotations

from contracts.events import SessionCancelled, SessionClosed, SessionMoved, SessionScheduled
from contracts.session import SessionRef
from tests.unit.volunteers.builders import session


def scheduled(where: SessionRef | None = None) -> SessionScheduled:
    return SessionScheduled(session=where or session(), capacity=20)


def moved(where: SessionRef, was: SessionRef | None = None) -> SessionMoved:
    was = was or session()
    return SessionMoved(session=where, capacity=20, was_starts_at=was.starts_at,
                        was_ends_at=was.ends_at)


def ended(where: SessionRef | None = None) -> SessionClosed:
    return SessionClosed(session=where or session(), present=1, absent=0)


def cancelled(where: SessionRef | None = None) -> SessionCancelled:
    return SessionCancelled(session=where or session())
