"""What events keeps of one person: to be shown, put right, taken along, erased (C-29).

The only input is the person's reference: whoever calls has seen to it that the caller is that
person, or a caseworker who acts for them. Nothing of anybody else is in what comes out: of a party
only its size, of a guardian's children only how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import ContactTaken, UnknownReference
from services.events.domain.consent import Consent
from services.events.domain.entitlement import Entitlement
from services.events.domain.family import Tie
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.store.people import KEPT_ENGAGEMENTS, KeptPerson
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, number_of, opened, sealed
from services.events.usecases.following import forget
from services.events.usecases.no_shows import Opened, no_shows_of
from services.events.usecases.parties import tell_contact
from services.events.usecases.resident_standing import stand_anew
from services.events.usecases.seeing import saw


@dataclass(frozen=True, kw_only=True)
class Part:
    """One registration of the person with its session, and what the desk noted of them."""

    registration: Registration
    session: Session
    seat: str
    stays: Sequence[Any]
    forced: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A consent the person was asked for as `guardian`, or that concerns them as `child`."""

    role: str
    consent: Consent
    session: Session | None


@dataclass(frozen=True, kw_only=True)
class Bond:
    """A family tie of the person's, as `guardian`, `child` or `adult`; not whom it is with."""

    role: str
    tie: Tie


@dataclass(frozen=True, kw_only=True)
class Personal:
    """Everything of one person; `contact` None once it was erased.

    `complete` is False for who has had more than 200 registrations that did not end before their
    session: of those the newest are here, all are in the lists of their sessions.
    """

    person_ref: str
    person: KeptPerson
    contact: Contact | None
    parts: Sequence[Part]
    absences: Sequence[Opened]
    consents: Sequence[Asked]
    family: Sequence[Bond]
    entitlements: Sequence[Entitlement]
    redemptions: Sequence[Mapping[str, Any]]
    visits: Sequence[Mapping[str, Any]]
    complete: bool


def find_person(app: Events, name: str, phone: str) -> str:
    """The reference of who told this name with this telephone, both normalised; nothing is listed.
    Raises UnknownReference."""
    digest = app.vault.digest(f"{phone}|{name}")
    found = app.store.people.refs_by_digest([digest])
    if digest not in found:
        raise UnknownReference("")
    return found[digest]


def export_person(app: Events, person_ref: str, *, ticket: str | None = None) -> Personal:
    """Everything that is kept here of the person. A look by staff at a minor is kept in the audit
    log, with the `ticket` that lets them (C-28). Raises UnknownReference, Unavailable."""
    person = _known(app, person_ref)
    contact = opened(app.vault, person) if person.contact is not None else None
    if contact is not None:
        saw(app, {person_ref: contact}, ticket=ticket)
    engaged = [each.session_id for each in person.engagements]
    registrations = app.store.registrations.of_person(person_ref, engaged)
    sessions = app.store.sessions.some({each.session_id for each in registrations})
    records, kept = app.store.records, app.store.entitlements
    return Personal(
        person_ref=person_ref, person=person, contact=contact,
        parts=_parts(app, person_ref, registrations, sessions),
        absences=no_shows_of(app, person_ref, confidential=True)[1],
        consents=_consents(app, person_ref, registrations),
        family=[Bond(role=_role(each, person_ref), tie=each)
                for each in app.store.family.of_people([person_ref])],
        entitlements=kept.of_anything(person_ref, _benefits(app)),
        redemptions=records.redeemed_by(person_ref), visits=records.visited(person_ref),
        complete=len(person.engagements) < KEPT_ENGAGEMENTS,
    )


def correct_contact(app: Events, person_ref: str, *, name: str | None = None,
                    phone: str | None = None, birth_date: date | None = None,
                    once: Once | None = None) -> Answer:
    """Another name, telephone or birth date; None stays as it is. Whoever heard the contact hears
    the new one. Answers {person_ref, corrected: [field]}. Safe to repeat.

    A resident who corrects their own does not name a birth date: ages are checked by it, so only
    staff put it right. Raises UnknownReference, also for who was erased, and ContactTaken.
    """
    def work(transaction: Transaction) -> Answer:
        person = _known(app, person_ref, within=transaction)
        if person.contact is None:
            raise UnknownReference(person_ref)
        was = opened(app.vault, person)
        now = Contact(name=name or was.name, phone=phone or was.phone,
                      birth_date=birth_date or was.birth_date)
        corrected = [field for field, value in vars(now).items() if value != getattr(was, field)]
        if corrected:
            replace_contact(app, person, was, now, transaction)
        transaction.note({}, {"person_ref": person_ref, "corrected": ",".join(corrected)})
        return {"person_ref": person_ref, "corrected": corrected}

    return app.transactions.write(once, work)


def erase_person(app: Events, person_ref: str, *, once: Once | None = None) -> Answer:
    """Erases who it was and what was written about them, here and, by the fact that tells it, in
    the other services. Registrations, attendances, visits and redemptions stay with the pseudonym,
    so no figure changes; a place that was taken stays, without a name and without SMS.

    Somebody who is also registered as a volunteer is erased there first: only that erases the
    register's identity, and it comes here by itself. Answers {person_ref, erased}. Safe to repeat.
    Raises UnknownReference.
    """
    def work(transaction: Transaction) -> Answer:
        _known(app, person_ref, within=transaction)
        forget(app, [person_ref], transaction)
        transaction.note({}, {"person_ref": person_ref, "erased": True})
        return {"person_ref": person_ref, "erased": True}

    return app.transactions.write(once, work)


def _known(app: Events, person_ref: str, *, within: Transaction | None = None) -> KeptPerson:
    person = app.store.people.some([person_ref], within=within).get(person_ref)
    if person is None:
        raise UnknownReference(person_ref)
    return person


def replace_contact(app: Events, person: KeptPerson, was: Contact, now: Contact,
                    transaction: Transaction) -> None:
    """Within a transaction: what `correct_contact` does. Raises ContactTaken."""
    ref, people = person.person_ref, app.store.people
    old, new = (app.vault.digest(f"{each.phone}|{each.name}") for each in (was, now))
    if old != new:
        if people.refs_by_digest([new], within=transaction).get(new, ref) != ref:
            raise ContactTaken
        people.identify(ref, old, new, within=transaction)
    changes: dict[str, Any] = {"contact": sealed(app.vault, now),
                               "is_dated": now.birth_date is not None,
                               "number": number_of(app.vault, now.phone)}
    if person.told and old != new:
        tell_contact(transaction, ref, now, sequence=person.told + 1)
        changes |= {"told": person.told + 1, "told_at": transaction.now}
    people.change(ref, changes, within=transaction)
    stand_anew(app, [ref], transaction)


def _parts(app: Events, ref: str, registrations: Iterable[Registration],
           sessions: Mapping[str, Session]) -> list[Part]:
    there = [each for each in registrations if each.session_id in sessions]
    ids = [each.registration_id for each in there]
    stays = app.store.attendances.stays_of(ref, sessions)
    forced = app.store.scans.reasons(sessions, ids)
    made = [
        Part(registration=each, session=sessions[each.session_id],
             seat=each.seats[each.party.index(ref)] if each.seats else "",
             stays=stays.get((each.session_id, each.registration_id), ()),
             forced=[app.vault.open(one) for one in forced.get(each.registration_id, ())])
        for each in there
    ]
    return sorted(made, key=lambda part: (part.session.starts_at, part.session.session_id))


def _consents(app: Events, ref: str, registrations: Iterable[Registration]) -> list[Asked]:
    given = [("guardian", each) for each in app.store.consents.of_guardian(ref)]
    about = app.store.consents.of_registrations(each.registration_id for each in registrations)
    given += [("child", each) for each in about if ref in each.children]
    sessions = app.store.sessions.some({each.session_id for _, each in given})
    made = [Asked(role=role, consent=each, session=sessions.get(each.session_id))
            for role, each in given]
    return sorted(made, key=lambda asked: asked.consent.requested_at)


def _role(tie: Tie, ref: str) -> str:
    if tie.kind == "adult":
        return "adult"
    return "guardian" if tie.holder_ref == ref else "child"


def _benefits(app: Events) -> list[str]:
    return [each["key"] for each in app.store.programmes.all() if each["kind"] == "benefit"]
