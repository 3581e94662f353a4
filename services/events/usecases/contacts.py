"""Contacts behind pseudonyms: the one place where what is sealed of a person is written and read.

Whether the caller may see them is decided before. A damaged one raises VaultRefused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Never in a public fact, a log line or a metric."""

    name: str
    phone: str
    birth_date: date | None


def sealed(vault: Sealing, contact: Contact) -> Any:
    """The contact as it is kept."""
    born = contact.birth_date
    return vault.seal(json.dumps([contact.name, contact.phone, born.isoformat() if born else None]))


def number_of(vault: Sealing, phone: str) -> str:
    """The keyed hash of a telephone, by which its account is found."""
    return vault.digest(f"number|{phone}")


def opened(vault: Sealing, person: KeptPerson) -> Contact:
    """Raises LookupError when the contact was erased."""
    if person.contact is None:
        raise LookupError(person.person_ref)
    return _read(vault, person.contact)


def contacts_of(app: Events, person_refs: Iterable[str], *,
                within: Transaction | None = None) -> dict[str, Contact]:
    """By person_ref; whoever is unknown or was forgotten is not in it."""
    kept = app.store.people.contacts(person_refs, within=within)
    return {ref: _read(app.vault, each) for ref, each in kept.items()}


def _read(vault: Sealing, kept: Any) -> Contact:
    name, phone, born = json.loads(vault.open(kept))
    return Contact(name=name, phone=phone, birth_date=date.fromisoformat(born) if born else None)
