"""Programmes as they were last told."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from kernel.transaction import Transaction
from services.events.domain.broken import UnknownProgramme

Document = dict[str, Any]


class Programmes:
    """Collection `programmes`, by key."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["programmes"]

    def one(self, key: str, *, within: Transaction | None = None) -> Document:
        """The programme's fields. Raises UnknownProgramme."""
        found = self._documents.find_one({"_id": key}, session=within and within.session)
        if found is None:
            raise UnknownProgramme(key)
        return _fields(found)

    def all(self, *, within: Transaction | None = None) -> list[Document]:
        """Every programme, in the order in which they were loaded."""
        found = self._documents.find({}, session=within and within.session).sort("order", 1)
        return [_fields(document) for document in found]

    def keep(self, programme: Document, *, order: int, within: Transaction) -> None:
        """Adds or replaces a programme."""
        document = {key: value for key, value in programme.items() if key != "key"}
        self._documents.replace_one(
            {"_id": programme["key"]}, {**document, "order": order}, upsert=True,
            session=within.session,
        )


def _fields(document: Document) -> Document:
    kept = {key: value for key, value in document.items() if key not in ("_id", "order")}
    return {"key": document["_id"], **kept}
