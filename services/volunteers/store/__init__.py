"""What is kept: what was heard, the ledger with its ends, sessions; documents to domain and back.

Every collection is found by `_id` alone, so that crediting writes few documents and no index:
`heard` (person/month), `entries` (person/number), `heads` (person), `sessions`. Beside them stand
what waits for people, few documents with indexes: `held`, `corrections`, `duties`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pymongo import IndexModel
from pymongo.database import Database

from services.volunteers.store import corrections, duties, held
from services.volunteers.store.corrections import Corrections
from services.volunteers.store.documents import Document
from services.volunteers.store.duties import Duties
from services.volunteers.store.entries import Entries
from services.volunteers.store.heads import Heads
from services.volunteers.store.held import HeldLines
from services.volunteers.store.sessions import Sessions
from services.volunteers.store.shelves import Shelves

INDEXES: Mapping[str, list[IndexModel]] = {
    "heard": [], "entries": [], "heads": [], "sessions": [],
    **held.INDEXES, **corrections.INDEXES, **duties.INDEXES,
}


class Store:
    """The collections of the service, each with its own questions."""

    def __init__(self, database: Database[Document]) -> None:
        self.shelves = Shelves(database)
        self.entries = Entries(database)
        self.heads = Heads(database)
        self.sessions = Sessions(database)
        self.held = HeldLines(database)
        self.corrections = Corrections(database)
        self.duties = Duties(database)
