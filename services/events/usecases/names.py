"""Names behind pseudonyms, opened for the desk: the one place where it unseals contacts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kernel.transaction import Transaction
from services.events.usecases.application import Events


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Never in a fact, a log line or a metric."""

    name: str
    phone: str


def contacts_of(app: Events, person_refs: Iterable[str], *,
                within: Transaction) -> dict[str, Contact]:
    """By person_ref; whoever is unknown or was forgotten is not in it.

    Whether the caller may see them is decided before. Raises VaultRefused for a damaged one.
    """
    sealed = app.store.contacts.sealed(person_refs, within=within)
    opened = {ref: json.loads(app.vault.open(each)) for ref, each in sealed.items()}
    return {ref: Contact(name=name, phone=phone) for ref, (name, phone, *_) in opened.items()}
