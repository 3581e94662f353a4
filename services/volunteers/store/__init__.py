"""What is kept: what was heard, the ledger with its ends, sessions; documents to domain and back.

What grows with attendances is found by `_id` alone, so that crediting writes few documents and no
index: `heads` (person, with the latest month of what was heard), `heard` (person/month, the earlier
ones), `entries` (person/number), `roots` (day), `time_bank` (person/number); `sessions` also by
their end. Beside them stand what waits for people, few documents with indexes: `held`,
`corrections`, `duties`; the papers and persons; and `imports` with the keys of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from pymongo import IndexModel
from pymongo.database import Database

from services.volunteers.store import (
    certificates,
    corrections,
    duties,
    held,
    imports,
    names,
    people,
    sessions,
    stars,
)
from services.volunteers.store.audit import Audit
from services.volunteers.store.corrections import Corrections
from services.volunteers.store.documents import Document
from services.volunteers.store.duties import Duties
from services.volunteers.store.entries import Entries
from services.volunteers.store.folios import Folios
from services.volunteers.store.heads import Heads
from services.volunteers.store.held import HeldLines
from services.volunteers.store.imports import Imports
from services.volunteers.store.roots import Roots
from services.volunteers.store.sessions import Sessions
from services.volunteers.store.survey import Survey
from services.volunteers.store.time_bank import TimeBank

INDEXES: Mapping[str, list[IndexModel]] = {
    "heard": [], "entries": [], "heads": [], "roots": [], "time_bank": [],
    **sessions.INDEXES,
    **held.INDEXES,
    **corrections.INDEXES,
    **duties.INDEXES,
    **certificates.INDEXES,
    **names.INDEXES,
    **people.INDEXES,
    **stars.INDEXES,
    **imports.INDEXES,
}


class Store:
    """The collections of the service, each with its own questions."""

    def __init__(self, database: Database[Document]) -> None:
        self.folios = Folios(database)
        self.entries = Entries(database)
        self.heads = Heads(database)
        self.sessions = Sessions(database)
        self.roots = Roots(database)
        self.audit = Audit(database)
        self.time_bank = TimeBank(database)
        self.held = HeldLines(database)
        self.corrections = Corrections(database)
        self.duties = Duties(database)
        self.imports = Imports(database)
        self.survey = Survey(database)
