"""Activities with people who take part, and staff who write to them, for tests of broadcasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.event import Fact
from contracts.events import SessionCancelled, SessionMoved, SessionScheduled
from contracts.session import SessionRef
from kernel.acting import Acting
from services.notifications.usecases.application import App
from services.notifications.usecases.audience import know_audience
from services.notifications.usecases.broadcasting import Order, approve, draft
from services.notifications.usecases.writing import keep_contacts
from tests.unit.notifications.builders import NOW, confirmed, contact, session, told

LI = Acting(actor="li", person_ref="p-li")
WANG = Acting(actor="wang")
CARE = Acting(actor="care", roles=frozenset({"caseworker"}))
ZHAO = Acting(actor="zhao", roles=frozenset({"caseworker"}))


def scheduled(where: SessionRef) -> Fact:
    return SessionScheduled(session=where, capacity=40)


def rescheduled(where: SessionRef) -> Fact:
    return SessionMoved(session=where, capacity=40, was_starts_at=NOW,
                        was_ends_at=NOW + timedelta(hours=2))


def called_off(where: SessionRef) -> Fact:
    return SessionCancelled(session=where)


def number(place: int) -> str:
    return f"1390000{place:04d}"


def signed_up(app: App, people: Iterable[str], *, where: SessionRef | None = None,
              numbered: bool = True) -> list[str]:
    """Each of these people with a registration of their own, confirmed; the registrations."""
    there, who = where or session(), list(people)
    know_audience(app, [told(scheduled(there))])
    know_audience(app, [told(confirmed(f"r-{each}", each, where=there)) for each in who])
    if numbered:
        keep_contacts(app, [told(contact(each, number(place)))
                            for place, each in enumerate(who)])
    return [f"r-{each}" for each in who]


def order(**changes: Any) -> Order:
    usual: dict[str, Any] = {"kind": "notice", "activity_id": "a1", "groups": ("confirmed",),
                             "text": "《{活动}》{时间}照常举行，请带水。"}
    return Order(**{**usual, **changes})


def drafted(app: App, *, by: Acting = LI, **changes: Any) -> str:
    return str(draft(app, order(**changes), by=by)["broadcast_id"])


def approved(app: App, **changes: Any) -> str:
    """A broadcast that li drafted and wang approved; nothing is queued yet."""
    id = drafted(app, **changes)
    approve(app, id, by=WANG)
    return id


def another(where: SessionRef, id: str, starts_in: timedelta) -> SessionRef:
    """Another session of the same activity."""
    starts_at = NOW + starts_in
    return replace(where, session_id=id, starts_at=starts_at,
                   ends_at=starts_at + timedelta(hours=2))
