"""Sign-up facts in envelopes, a provider that does as it is told, and the service in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from contracts.event import Fact
from contracts.events import (
    ConsentRequested,
    ContactRecorded,
    ReminderDue,
    SeatOffered,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupMoved,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
)
from contracts.session import SessionRef
from contracts.volunteers import HoursCorrected, HoursCredited, HoursHeld
from kernel.clock import SHANGHAI, FixedClock
from kernel.envelope import Envelope, wrap
from kernel.memory import memory_database
from kernel.outbox import all_rows
from kernel.transaction import Transactions
from kernel.vault import MemoryVault, Sealing
from services.notifications.domain.outcome import Accepted, Outcome
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.store import Store
from services.notifications.store.documents import Documents
from services.notifications.templates import Texts
from services.notifications.usecases.application import App, Pace
from services.notifications.usecases.routing import Routes

NOW = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)
TEXTS = Texts("向心")  # one for all: it compiles each template once
_IDS = count(1)


@dataclass
class Told(Provider):
    """Answers `outcomes` one after the other, then `Accepted`; remembers what it was given."""

    name: str = "told"
    outcomes: list[Outcome] = field(default_factory=list)
    given: list[Outgoing] = field(default_factory=list)
    meanwhile: Callable[[Outgoing], None] = lambda outgoing: None

    def try_send(self, outgoing: Outgoing) -> Outcome:
        self.given.append(outgoing)
        self.meanwhile(outgoing)
        return self.outcomes.pop(0) if self.outcomes else Accepted()


def app_on(database: Any, provider: Provider, *, clock: Callable[[], datetime],
           vault: Sealing | None = None, pace: Pace | None = None) -> App:
    """The service on a database."""
    sealing = vault or MemoryVault()
    store = Store.on(database, sealing)
    transactions = Transactions(database, source="/notifications", clock=clock, vault=sealing)
    return App(
        transactions=transactions, store=store, texts=TEXTS, clock=clock, pace=pace or Pace(),
        routes=Routes({provider.name: (provider, 1)}, book=store.routes,
                      transactions=transactions),
    )


def memory_app(provider: Provider | None = None, clock: FixedClock | None = None) -> App:
    """The service in memory, at noon."""
    return app_on(memory_database(), provider or Told(), clock=clock or FixedClock(NOW))


def session(starts_in: timedelta = timedelta(days=2), *, confidential: bool = False,
            title: str = "青年之夜") -> SessionRef:
    starts_at = NOW + starts_in
    return SessionRef(
        session_id="s1", activity_id="a1", programme="youth-night", kind="gathering",
        street="葵涌", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        title=None if confidential else title, place=None if confidential else "文化广场",
        confidential=confidential,
    )


def confirmed(registration_id: str = "r1", *people: str, where: SessionRef | None = None) -> Fact:
    return SignupConfirmed(registration_id=registration_id, session=where or session(),
                           party=people or ("p1",), household_ref="h1")


def waitlisted(registration_id: str = "r1", *, position: int = 37, who: str = "p1",
               where: SessionRef | None = None) -> Fact:
    return SignupWaitlisted(registration_id=registration_id, session=where or session(),
                            party=(who,), household_ref="h1", position=position)


def promoted(registration_id: str = "r1", *, where: SessionRef | None = None) -> Fact:
    return SignupPromoted(registration_id=registration_id, session=where or session(),
                          party=("p1",), household_ref="h1")


def cancelled(registration_id: str = "r1", *, where: SessionRef | None = None,
              reason: Any = None) -> Fact:
    return SignupCancelled(registration_id=registration_id, session=where or session(),
                           party=("p1",), household_ref="h1", was="confirmed", reason=reason)


def pending(waits_for: Any, registration_id: str = "r1", *, until: datetime | None = None) -> Fact:
    return SignupPending(registration_id=registration_id, session=session(), party=("p1",),
                         household_ref="h1", waits_for=waits_for, until=until)


def offered(registration_id: str = "r1", *people: str, within: timedelta = timedelta(hours=6),
            where: SessionRef | None = None) -> Fact:
    return SeatOffered(registration_id=registration_id, session=where or session(),
                       party=people or ("p1",), household_ref="h1", until=NOW + within)


def lapsed(reason: Any = "offer_expired", registration_id: str = "r1", *,
           where: SessionRef | None = None) -> Fact:
    return SignupLapsed(registration_id=registration_id, session=where or session(),
                        party=("p1",), household_ref="h1", reason=reason)


def moved(to: timedelta = timedelta(days=3), registration_id: str = "r1", *people: str,
          was: timedelta = timedelta(days=2), where: SessionRef | None = None) -> Fact:
    was_starts_at = NOW + was
    return SignupMoved(registration_id=registration_id, session=where or session(to),
                       party=people or ("p1",), household_ref="h1", was_starts_at=was_starts_at,
                       was_ends_at=was_starts_at + timedelta(hours=2))


def reminder(registration_id: str = "r1", *people: str, where: SessionRef | None = None,
             before: Any = "24h") -> Fact:
    return ReminderDue(registration_id=registration_id, session=where or session(),
                       party=people or ("p1",), household_ref="h1", before=before)


def asked(consent_id: str = "c1", *, registration_id: str = "r1", code: str = "K7M2Q9",
          within: timedelta = timedelta(hours=20), where: SessionRef | None = None) -> Fact:
    return ConsentRequested(consent_id=consent_id, registration_id=registration_id,
                            session=where or session(), guardian_ref="g1", code=code,
                            text_version="2026-1", until=NOW + within)


def credited(ended_ago: timedelta = timedelta(hours=1), *,
             where: SessionRef | None = None) -> HoursCredited:
    there = where or session(-ended_ago - timedelta(hours=2))
    return HoursCredited(entry_id="e1", person_ref="p1", session=there, minutes=90, basis="scan",
                         credited_from=there.starts_at, credited_until=there.ends_at)


def held_hours() -> Fact:
    return HoursHeld(entry_id="e2", person_ref="p1", session=session(-timedelta(hours=3)),
                     reason="missing_check_out")


def corrected(*, was: int | None, now: int | None, id: str = "e3",
              where: SessionRef | None = None) -> HoursCorrected:
    there = where or session(-timedelta(hours=3))
    return HoursCorrected(entry_id=id, reverses=f"{id} before", person_ref="p1", session=there,
                          minutes=-90, reason="decision", was=was, now=now)


def contact(person_ref: str = "p1", phone: str = "13900000001") -> Fact:
    return ContactRecorded(person_ref=person_ref, name="李示例", phone=phone)


def told(fact: Fact, sequence: int = 1) -> Envelope:
    """The fact in an envelope with an id of its own."""
    return wrap(fact, id=f"event-{next(_IDS)}", source="/events", sequence=sequence, time=NOW)


def states(app: App) -> list[tuple[str, str]]:
    """Purpose and state of every message, in the order of their facts."""
    found = app.transactions.database["messages"].find().sort([("sequence", 1), ("_id", 1)])
    return [(document["purpose"], document["state"]) for document in found]


def text_of(app: App, document: dict[str, Any]) -> str:
    """The sealed text of a message's document."""
    assert app.transactions.vault is not None
    return Documents(app.transactions.vault).opened(document).text


def facts_told(app: App) -> list[str]:
    """The keys of the facts in the outbox, in the order of their subjects."""
    rows = sorted(all_rows(app.transactions.database), key=lambda row: row.sequence)
    return [row.key.split(".")[1].removeprefix("message_") for row in rows]
