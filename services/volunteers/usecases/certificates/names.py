"""Names as people gave them when they signed up: heard privately, kept sealed, printed only."""

from __future__ import annotations

from typing import cast

from contracts.events import ContactRecorded
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.volunteers.domain.certificates.certificate import Holder
from services.volunteers.store.names import Names
from services.volunteers.usecases.certificates.application import Certification, Holders

KEEP_NAMES = "volunteers.keep-names"


def keep_names(app: Certification, heard: list[Envelope]) -> None:
    """Keeps each person's latest name, sealed. Safe to repeat, in any order."""

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        told = {}
        for envelope in sorted(fresh, key=lambda each: each.sequence):
            fact = cast(ContactRecorded, envelope.fact())
            told[fact.person_ref] = (envelope.sequence, fact.name)
        app.names.keep(told, within=transaction)

    app.transactions.hear(KEEP_NAMES, heard, work)


def holders(names: Names) -> Holders:
    """People as far as their sign-ups tell of them: a name, no document."""

    def holder(person_ref: str) -> Holder | None:
        name = names.of(person_ref)
        return Holder(name=name) if name else None

    return holder
