"""Names as people gave them when they signed up: heard privately, kept sealed, printed only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from contracts.events import ContactRecorded
from kernel.contact import masked_number
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.volunteers.domain.certificates.certificate import Holder
from services.volunteers.domain.people.document import TITLES
from services.volunteers.domain.people.volunteer import Identity
from services.volunteers.usecases.certificates.application import Certification, Holders
from services.volunteers.usecases.people.register import Register

KEEP_NAMES = "volunteers.keep-names"


def keep_names(app: Certification, heard: list[Envelope]) -> None:
    """Keeps each person's latest name, sealed. Safe to repeat, in any order."""

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        told = {}
        for envelope in sorted(fresh, key=lambda each: each.sequence):
            fact = cast(ContactRecorded, envelope.fact())
            told[fact.person_ref] = (envelope.sequence, app.vault.seal(fact.name))
        app.names.keep(told, within=transaction)

    app.transactions.hear(KEEP_NAMES, heard, work)


def holders(register: Register) -> Holders:
    """Registered volunteers with their document, masked; others as their sign-ups tell of them.

    Nobody whose identity was erased, or whose processing was stopped (C-25, C-29).
    """

    def holder(person_ref: str) -> Holder | None:
        volunteer = register.registered(person_ref)
        if volunteer is None:
            sealed = register.people.names.of(person_ref)
            return Holder(name=register.vault.open(sealed)) if sealed else None
        if volunteer.state != "active":
            return None
        identity = register.opened(volunteer.volunteer_no)
        return Holder(name=identity.name, document=_document(identity),
                      is_minor=identity.is_minor(register.today()))

    return holder


def _document(identity: Identity) -> str | None:
    """Type and masked number; None once the consent to keep the number was withdrawn (C-27)."""
    if not identity.number:
        return None
    titles: Mapping[str, str] = TITLES
    return f"{titles[identity.document_type]} {masked_number(identity.number)}"
