"""Looking a registration up, with its place in line as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events
from services.events.usecases.book import NOBODY, Caller
from services.events.usecases.limiting import guarded


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


def find_registrations(app: Events, registration_ids: Iterable[str]) -> list[Found]:
    """Those of these registrations that exist, in the same order."""
    wanted = list(registration_ids)
    kept = app.store.registrations.some(wanted)
    return [find_registration(app, each) for each in wanted if each in kept]


def find_by_code(app: Events, code: str, *, caller: Caller = NOBODY) -> Found:
    """The registration whose number in an SMS this is (编号), spaces and capitals aside.

    Raises UnknownRegistration; TooManyTries after too many wrong ones from one address.
    """
    written = "".join(code.split()).lower()
    return guarded(app, caller, lambda: find_registration(
        app, app.store.registrations.by_code(written).registration_id
    ))


def answer_of(registration: Registration, position: int | None) -> dict[str, Any]:
    """A registration as the door shows it; `position` only in line."""
    answer: dict[str, Any] = {
        "registration_id": registration.registration_id,
        "session_id": registration.session_id,
        "status": registration.status,
        "party": list(registration.party),
        "until": registration.until.isoformat() if registration.until else None,
        "reason": registration.reason,
        "note": registration.note,
    }
    return answer if position is None else {**answer, "position": position}
