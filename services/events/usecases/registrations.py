"""Looking a registration up, with its place in line as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from services.events.domain.signup import Registration, Session
from services.events.usecases.application import Events


@dataclass(frozen=True, kw_only=True)
class Found:
    """A registration with its session; `position` only in line, from 1."""

    registration: Registration
    session: Session
    position: int | None


def find_registration(app: Events, registration_id: str) -> Found:
    """Raises UnknownRegistration."""
    registration = app.store.registrations.one(registration_id)
    waits = registration.status == "waitlisted"
    return Found(
        registration=registration,
        session=app.store.sessions.one(registration.session_id),
        position=app.store.registrations.position(registration) if waits else None,
    )
