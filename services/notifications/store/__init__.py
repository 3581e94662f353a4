"""Documents to domain and back: one class per collection, gathered in `Store`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.vault import Sealing
from services.notifications.store import consents, contacts, messages, phone, strays

INDEXES: Mapping[str, list[IndexModel]] = {
    **messages.INDEXES,
    **contacts.INDEXES,
    **consents.INDEXES,
    **phone.INDEXES,
    **strays.INDEXES,
}


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything this service keeps."""

    messages: messages.Messages
    contacts: contacts.Contacts
    consents: consents.Consents
    phone: phone.Phone
    strays: strays.Strays

    @classmethod
    def on(cls, database: Database[dict[str, Any]], vault: Sealing) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            messages=messages.Messages(database, vault),
            contacts=contacts.Contacts(database, vault),
            consents=consents.Consents(database),
            phone=phone.Phone(database),
            strays=strays.Strays(database),
        )
