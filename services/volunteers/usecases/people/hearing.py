"""Contacts as events tells them: they prove whose reference is whose (C-35)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from contracts.events import ContactRecorded
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.broken import ReferenceUnproven
from services.volunteers.store.people.volunteers import contact_key, reference_key
from services.volunteers.usecases.people.qualifying import tell_held
from services.volunteers.usecases.people.register import Register

KNOW_PERSONS = "volunteers.know-persons"


def contact_digest(vault: Sealing, name: str, phone: str) -> str:
    """The keyed hash of a name and a number, both normalised."""
    return vault.digest(f"contact|{phone}|{name}")


def proven_reference(register: Register, person_ref: str | None, name: str, phone: str,
                     acting: Acting, transaction: Transaction) -> str | None:
    """The reference that events told with this name and number; None when it told none.

    Staff saw the document and may name any. Raises ReferenceUnproven for a resident who names
    another: nobody takes somebody else's hours.
    """
    if person_ref and acting.staff:
        return person_ref
    digest = contact_digest(register.vault, name, phone)
    told = register.people.contacts.reference(digest, within=transaction)
    if person_ref not in (None, told):
        raise ReferenceUnproven
    return told


def know_persons(register: Register, heard: list[Envelope]) -> None:
    """Keeps whose reference is whose; who registered before they first signed up gets theirs.

    Nothing readable is kept: a keyed hash and a pseudonym. Safe to repeat, in any order.
    """
    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        refs = {}
        for envelope in fresh:
            fact = cast(ContactRecorded, envelope.fact())
            refs[contact_digest(register.vault, fact.name, fact.phone)] = fact.person_ref
        register.people.contacts.keep(refs, within=transaction)
        waiting = {contact_key(digest): ref for digest, ref in refs.items()}
        numbers = register.people.volunteers.numbers_by(waiting, within=transaction)
        for key, number in numbers.items():
            _bind_waiting(register, number, waiting[key], transaction)

    register.transactions.hear(KNOW_PERSONS, heard, work)


def _bind_waiting(register: Register, number: str, person_ref: str,
                  transaction: Transaction) -> None:
    volunteers = register.people.volunteers
    if volunteers.number_by(reference_key(person_ref), within=transaction):
        return
    found = volunteers.one(number, within=transaction)
    if found is None or found.state != "active" or found.person_refs:
        return
    volunteers.bind(reference_key(person_ref), number, within=transaction)
    tell_held(found, transaction, to=(person_ref,))
    volunteers.replace(replace(found, person_refs=(person_ref,)), within=transaction)
