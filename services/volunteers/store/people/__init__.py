"""The register's documents to domain and back: one class per collection, gathered in `People`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from services.volunteers.store.certificates import NamesOnPaper
from services.volunteers.store.names import Names
from services.volunteers.store.people import contacts, reads, records, requests, volunteers

INDEXES: Mapping[str, list[IndexModel]] = {
    **volunteers.INDEXES, **records.INDEXES, **requests.INDEXES, **reads.INDEXES,
    **contacts.INDEXES,
}


@dataclass(frozen=True, kw_only=True)
class People:
    """Everything the register keeps; each part takes the transaction it works within."""

    volunteers: volunteers.Volunteers
    records: records.Records
    requests: requests.Requests
    reads: reads.Reads
    contacts: contacts.HeardContacts
    names: Names
    papers: NamesOnPaper

    @classmethod
    def on(cls, database: Database[dict[str, Any]]) -> People:
        """The register on a database, real or in memory."""
        return cls(
            volunteers=volunteers.Volunteers(database), records=records.Records(database),
            requests=requests.Requests(database), reads=reads.Reads(database),
            contacts=contacts.HeardContacts(database),
            names=Names(database), papers=NamesOnPaper(database),
        )
