"""Documents to domain and back: one class per collection, gathered in `Store`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.vault import Sealing
from services.notifications.store import (
    acts,
    broadcasts,
    claims,
    consents,
    contacts,
    documents,
    messages,
    overview,
    phone,
    retention,
    routes,
    strays,
    tallies,
    telephones,
)
from services.notifications.store import audience as audiences

INDEXES: Mapping[str, list[IndexModel]] = {
    **documents.INDEXES,
    **contacts.INDEXES,
    **consents.INDEXES,
    **phone.INDEXES,
    **strays.INDEXES,
    **routes.INDEXES,
    **tallies.INDEXES,
    **telephones.INDEXES,
    **acts.INDEXES,
    **audiences.INDEXES,
    **broadcasts.INDEXES,
}


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything this service keeps."""

    messages: messages.Messages
    claims: claims.Claims
    contacts: contacts.Contacts
    consents: consents.Consents
    phone: phone.Phone
    retention: retention.Retention
    strays: strays.Strays
    routes: routes.RouteBook
    tallies: tallies.Tallies
    telephones: telephones.Telephones
    acts: acts.Acts
    audience: audiences.Audience
    sessions: audiences.Sessions
    broadcasts: broadcasts.Broadcasts
    overview: overview.Overview

    @classmethod
    def on(cls, database: Database[dict[str, Any]], vault: Sealing) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            messages=messages.Messages(database, vault),
            claims=claims.Claims(database, vault),
            contacts=contacts.Contacts(database, vault),
            consents=consents.Consents(database),
            phone=phone.Phone(database, vault),
            retention=retention.Retention(database),
            strays=strays.Strays(database),
            routes=routes.RouteBook(database),
            tallies=tallies.Tallies(database),
            telephones=telephones.Telephones(database, vault),
            acts=acts.Acts(database),
            audience=audiences.Audience(database),
            sessions=audiences.Sessions(database),
            broadcasts=broadcasts.Broadcasts(database),
            overview=overview.Overview(database),
        )
