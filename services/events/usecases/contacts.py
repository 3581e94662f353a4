"""Contacts behind pseudonyms: the one place where what is sealed of a person is written and read.

What a reader gets is what they may see (`Sight`): in the clear, or masked. Whether they may see
anybody of a session at all is decided before. A damaged one raises VaultRefused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kernel.contact import masked_name, masked_phone
from kernel.rights import Sight
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


def seen(contact: Contact, sight: Sight) -> Contact:
    """The contact as it may be shown: 张*, 139****0001 without `names`."""
    if sight.names:
        return contact
    return replace(contact, name=masked_name(contact.name), phone=masked_phone(contact.phone))


def shown(vault: Sealing, person: KeptPerson, sight: Sight) -> Contact:
    """As somebody may see it. Raises LookupError when the contact was erased."""
    return seen(opened(vault, person), sight)


def opened(vault: Sealing, person: KeptPerson) -> Contact:
    """For the service's own work, shown to nobody. Raises LookupError when it was erased."""
    if person.contact is None:
        raise LookupError(person.person_ref)
    return _read(vault, person.contact)


def contacts_of(app: Events, person_refs: Iterable[str], *, sight: Sight,
                within: Transaction | None = None) -> dict[str, Contact]:
    """By person_ref, as somebody may see them; whoever is unknown or was forgotten is not in it."""
    kept = app.store.people.contacts(person_refs, within=within)
    return {ref: seen(_read(app.vault, each), sight) for ref, each in kept.items()}


def _read(vault: Sealing, kept: Any) -> Contact:
    name, phone, born = json.loads(vault.open(kept))
    return Contact(name=name, phone=phone, birth_date=date.fromisoformat(born) if born else None)
