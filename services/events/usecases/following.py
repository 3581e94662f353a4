"""What volunteers tells of persons: who was forgotten, who came back with another telephone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from contracts.events import ContactForgotten
from contracts.volunteers_people import AccountRecovered, PersonForgotten
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events
from services.events.usecases.contacts import number_of, opened, sealed
from services.events.usecases.family.erasing import end_ties
from services.events.usecases.parties import tell_contact
from services.events.usecases.resident_standing import stand_anew

FOLLOW_PERSONS = "events.follow-persons"


def follow_persons(app: Events, heard: list[Envelope]) -> None:
    """Forgets whom volunteers forgot (C-29); gives an old reference its owner's present telephone,
    which a sign-up told since (C-35). Whoever is not known here is passed over. Safe to repeat.
    """
    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        for envelope in fresh:
            match envelope.fact():
                case PersonForgotten(person_ref=ref):
                    forget(app, [ref], transaction)
                case AccountRecovered(person_ref=ref, now_ref=str(now_ref)):
                    _take_over(app, ref, now_ref, transaction)
                case AccountRecovered(person_ref=ref):
                    app.store.people.change(ref, {"number": None}, within=transaction)
                    stand_anew(app, [ref], transaction)

    app.transactions.hear(FOLLOW_PERSONS, heard, work)


def forget(app: Events, person_refs: Iterable[str], transaction: Transaction) -> None:
    """Erases contacts and what leads to them, entitlements, and what was written about these
    people; tells whoever heard of them. Registrations, attendances and figures stay with the
    pseudonym. Safe to repeat.
    """
    people = app.store.people.some(person_refs, within=transaction)
    there = {ref: each for ref, each in people.items() if each.contact is not None}
    if not there:
        return
    _forget_words(app, there, transaction)
    end_ties(app, list(there), transaction)
    app.store.people.forget(list(there), within=transaction)
    stand_anew(app, list(there), transaction)
    for ref in there:  # of a child nobody heard a contact before its guardian's word, but sign-ups
        transaction.emit(ContactForgotten(person_ref=ref))


def _forget_words(app: Events, people: Mapping[str, KeptPerson], transaction: Transaction) -> None:
    store, refs = app.store, list(people)
    known = [opened(app.vault, each) for each in people.values()]
    digests = [app.vault.digest(f"{each.phone}|{each.name}") for each in known]
    store.prepared.forget(digests, within=transaction)
    store.entitlements.forget(refs, [each["key"] for each in store.programmes.all()],
                              within=transaction)
    store.no_shows.forget_texts(refs, within=transaction)
    for ref, person in people.items():
        engaged = [each.session_id for each in person.engagements]
        found = store.registrations.of_person(ref, engaged, within=transaction)
        ids = [each.registration_id for each in found]
        store.registrations.forget_words(ids, within=transaction)
        store.scans.forget_reasons({each.session_id for each in found}, ids, within=transaction)


def _take_over(app: Events, ref: str, now_ref: str, transaction: Transaction) -> None:
    people = app.store.people.some([ref, now_ref], within=transaction)
    if not all(each in people and people[each].contact is not None for each in (ref, now_ref)):
        return
    old = people[ref]
    contact, now = opened(app.vault, old), opened(app.vault, people[now_ref])
    if contact.phone == now.phone:
        return
    contact = replace(contact, phone=now.phone)
    changes: dict[str, Any] = {"contact": sealed(app.vault, contact),
                               "number": number_of(app.vault, contact.phone)}
    if old.told:
        tell_contact(transaction, ref, contact, sequence=old.told + 1)
        changes |= {"told": old.told + 1, "told_at": transaction.now}
    app.store.people.change(ref, changes, within=transaction)
    stand_anew(app, [ref], transaction)
