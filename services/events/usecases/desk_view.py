"""What the desk sees of its session: counts, the last scans, double admissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.rights import Sight
from kernel.transaction import Transaction
from services.events.domain.attendance import is_inside
from services.events.domain.session import Session
from services.events.store.scans import KeptScan
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, contacts_of
from services.events.usecases.seeing import saw

LAST = 10


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Persons: with a place (应到), seen at the desk (已到), in the room now (在场)."""

    expected: int
    came: int
    inside: int


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A party that an offline desk let in although it was inside; `first` admitted it before."""

    scan: KeptScan
    since: datetime
    first_gate: str | None


@dataclass(frozen=True, kw_only=True)
class DeskView:
    """`names` by registration id, empty unless the caller may see them."""

    session: Session
    counts: Counts
    last: Sequence[KeptScan]
    conflicts: Sequence[Conflict]
    names: dict[str, str]


def counts_of(app: Events, session_id: str) -> Counts:
    """The counts now. Raises UnknownSession."""

    def work(transaction: Transaction) -> Counts:
        app.store.sessions.one(session_id, within=transaction)
        return _counts(app, session_id, transaction)

    return app.transactions.look(work)


def conflicts_of(app: Events, session_id: str) -> list[Conflict]:
    """Double admissions in the order in which they happened. Raises UnknownSession."""

    def work(transaction: Transaction) -> list[Conflict]:
        app.store.sessions.one(session_id, within=transaction)
        return _conflicts(app, session_id, transaction)

    return app.transactions.look(work)


def desk_view(app: Events, session_id: str, *, sight: Sight) -> DeskView:
    """Everything for the desk's page; names as the caller may see them.

    Raises UnknownSession.
    """

    named: dict[str, Contact] = {}

    def work(transaction: Transaction) -> DeskView:
        session = app.store.sessions.one(session_id, within=transaction)
        last = app.store.scans.latest(session_id, LAST, within=transaction)
        conflicts = _conflicts(app, session_id, transaction)
        ids = {each.registration_id for each in (*last, *(one.scan for one in conflicts))}
        shown = sight.shows(confidential=session.confidential)
        return DeskView(
            session=session, counts=_counts(app, session_id, transaction), last=last,
            conflicts=conflicts, names=_names(app, ids, sight, named, transaction) if shown else {},
        )

    view = app.transactions.look(work)
    saw(app, named)
    return view


def _counts(app: Events, session_id: str, within: Transaction) -> Counts:
    registrations = app.store.registrations.confirmed(session_id, within=within)
    seen = app.store.attendances.of_session(session_id, within=within)
    came = [each for each in seen.values() if each.stays]
    return Counts(
        expected=sum(each.size for each in registrations), came=len(came),
        inside=sum(1 for each in came if is_inside(each)),
    )


def _conflicts(app: Events, session_id: str, within: Transaction) -> list[Conflict]:
    kept = app.store.scans.conflicts(session_id, within=within)
    ids = {each.registration_id for each in kept}
    admitted = {
        (each.registration_id, each.at): each.gate
        for each in app.store.scans.of_registrations(session_id, ids, within=within)
        if each.direction == "in"
    } if ids else {}
    since = {each.nonce: datetime.fromisoformat(each.answer["since"]) for each in kept}
    return [
        Conflict(scan=each, since=since[each.nonce],
                 first_gate=admitted.get((each.registration_id, since[each.nonce])))
        for each in kept
    ]


def _names(app: Events, registration_ids: set[str], sight: Sight,
           named: dict[str, Contact], within: Transaction) -> dict[str, str]:
    """By registration; whoever is named is put into `named`."""
    registrations = app.store.registrations.some(registration_ids, within=within)
    people = {ref for each in registrations.values() for ref in each.party}
    contacts = contacts_of(app, people, sight=sight, within=within)
    named |= contacts
    return {
        key: "、".join(contacts[ref].name for ref in each.party if ref in contacts)
        for key, each in registrations.items()
    }
