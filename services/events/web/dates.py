"""What became of each date of a series that one form asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.transaction import Once
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.activities import Listed
from services.events.usecases.application import Events
from services.events.usecases.registrations import Found
from services.events.usecases.series import key_of_date
from services.events.usecases.signing_up import registration_id_of
from services.events.web.standing import Standing, standing
from services.events.web.wording import NOT_THIS_TIME, REFUSED

SHORT = 8  # characters of a session's id in an address


@dataclass(frozen=True, kw_only=True)
class Date:
    """One date with its registration as it stands now, or why there is none."""

    session: Session
    registration_id: str | None = None
    standing: Standing | None = None
    refusal: str | None = None


def address(activity_id: str, token: str, outcomes: Sequence[Mapping[str, Any]]) -> str:
    """The page of dates, with the refused ones in it: of those nothing else is kept."""
    refused = ",".join(
        f"{each['session_id'][:SHORT]}.{type(each['refused']).__name__}"
        for each in outcomes if "refused" in each
    )
    return f"/activities/{activity_id}/dates/{token}" + (f"?no={refused}" if refused else "")


def found(app: Events, listed: Listed, once: Once, refused: str) -> list[Date]:
    """The dates that the form with this key asked for, earliest first."""
    ids = {each.session_id: registration_id_of(app, key_of_date(once, each.session_id)) or ""
           for each in listed.sessions}
    kept = app.store.registrations.some(ids.values())
    refusals = dict(_pairs(refused.split(",")))
    shown = []
    for session in listed.sessions:
        short = session.session_id[:SHORT]
        registration = kept.get(ids[session.session_id])
        if registration is not None:
            shown.append(_registered(app, registration, session))
        elif short in refusals:
            words = REFUSED.get(refusals[short], NOT_THIS_TIME)
            shown.append(Date(session=session, refusal=words))
    return shown


def _registered(app: Events, registration: Registration, session: Session) -> Date:
    waits = registration.status == "waitlisted"
    position = app.store.registrations.position(registration) if waits else None
    registered = Found(registration=registration, session=session, position=position)
    return Date(session=session, registration_id=registration.registration_id,
                standing=standing(registered, app.clock()))


def _pairs(written: Iterable[str]) -> Iterable[tuple[str, str]]:
    for each in written:
        short, dot, rule = each.partition(".")
        if dot:
            yield short, rule
