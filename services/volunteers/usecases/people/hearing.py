"""Contacts as events tells them: whose reference is whose (C-35), and the name for papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contracts.events import ContactForgotten, ContactRecorded
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.broken import ReferenceUnproven
from services.volunteers.store.people.volunteers import contact_key, reference_key
from services.volunteers.usecases.people.consenting import tell_consents
from services.volunteers.usecases.people.qualifying import tell_held
from services.volunteers.usecases.people.register import Register

KEEP_CONTACTS = "volunteers.keep-contacts"


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


def keep_contacts(register: Register, heard: list[Envelope]) -> None:
    """Keeps whose reference is whose, and each person's latest name; who registered before they
    first signed up gets their reference.

    Nothing readable is kept: a keyed hash, a pseudonym and a sealed name; nothing at all of whom
    events has forgotten (C-29). Safe to repeat, in any order.
    """
    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        facts = [(envelope.sequence, envelope.fact()) for envelope in fresh]
        told = [(number, fact) for number, fact in facts if isinstance(fact, ContactRecorded)]
        gone = [fact.person_ref for _, fact in facts if isinstance(fact, ContactForgotten)]
        _know(register, [fact for _, fact in told], transaction)
        latest: dict[str, tuple[int, str]] = {}
        for sequence, fact in told:
            latest[fact.person_ref] = max(latest.get(fact.person_ref, (0, "")),
                                          (sequence, fact.name))
        register.people.names.keep(
            {ref: (sequence, register.vault.seal(name))
             for ref, (sequence, name) in latest.items()}, within=transaction)
        register.people.names.forget(gone, within=transaction)
        register.people.contacts.forget(gone, within=transaction)

    register.transactions.hear(KEEP_CONTACTS, heard, work)


def _know(register: Register, told: Iterable[ContactRecorded], transaction: Transaction) -> None:
    refs = {contact_digest(register.vault, fact.name, fact.phone): fact.person_ref
            for fact in told}
    register.people.contacts.keep(refs, within=transaction)
    waiting = {contact_key(digest): ref for digest, ref in refs.items()}
    numbers = register.people.volunteers.numbers_by(waiting, within=transaction)
    for key, number in numbers.items():
        _bind_waiting(register, number, waiting[key], transaction)


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
    tell_consents(register, found, transaction, to=(person_ref,))
    volunteers.replace(replace(found, person_refs=(person_ref,)), within=transaction)
