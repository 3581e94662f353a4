"""Rows with a natural key as documents: one collection per kind, read and written by the batch."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.stats.domain.attendance import Attendance
from services.stats.domain.day import Place
from services.stats.domain.fold import Changes, Kind, Row, Rows
from services.stats.domain.message import Message
from services.stats.domain.programme import Programme
from services.stats.domain.record import Redemption, Visit, WorkItem
from services.stats.domain.registration import Registration
from services.stats.domain.session import Session

Document = dict[str, Any]
_TUPLES = {"held", "reversed"}
_ASKED = 500  # the embedded database compares each row that it finds with each key of the question

COLLECTIONS: Mapping[Kind, str] = {
    Attendance: "attendances",
    Message: "messages",
    Programme: "programmes",
    Redemption: "redemptions",
    Registration: "registrations",
    Session: "sessions",
    Visit: "visits",
    WorkItem: "work_items",
}


class KeptRows:
    """What is known of each thing, by kind and natural key."""

    def __init__(self, database: Database[Document], generation: str) -> None:
        self._collections = {
            kind: database[name + generation] for kind, name in COLLECTIONS.items()
        }

    def known(self, keys: Mapping[Kind, Iterable[str]], *,
              session: ClientSession | None = None) -> Rows:
        """The rows that exist, one round trip per kind and `_ASKED` keys."""
        return {kind: self.known_of(kind, wanted, session=session) for kind, wanted in keys.items()}

    def known_of(self, kind: Kind, keys: Iterable[str], *,
                 session: ClientSession | None = None) -> dict[str, Row]:
        """The same of one kind."""
        return {row["_id"]: to_row(kind, row) for row in self._found(kind, keys, session)}

    def _found(self, kind: Kind, wanted: Iterable[str],
               session: ClientSession | None) -> Iterator[Document]:
        ordered = sorted(wanted)
        for at in range(0, len(ordered), _ASKED):
            asked = {"_id": {"$in": ordered[at:at + _ASKED]}}
            yield from self._collections[kind].find(asked, session=session)

    def save(self, changes: Changes, *, session: ClientSession | None = None) -> None:
        """The new and the replaced rows, one round trip per kind."""
        for kind in {**changes.new, **changes.replaced}:
            replaced = changes.replaced.get(kind, {})
            self.save_of(kind, {**changes.new.get(kind, {}), **replaced}, known=replaced,
                         session=session)

    def save_of(self, kind: Kind, rows: Mapping[str, Row], *, known: Container[str],
                session: ClientSession | None = None) -> None:
        """Rows of one kind; those that are `known` take the place of what stands there."""
        self._collections[kind].bulk_write([
            ReplaceOne({"_id": key}, to_document(row)) if key in known
            else InsertOne(to_document(row)) for key, row in rows.items()
        ], ordered=False, session=session)


def to_document(row: Row) -> Document:
    """A row's fields, its natural key as `_id`."""
    document: Document = {"_id": row.key}
    for name, value in vars(row).items():
        if name != "key":
            document[name] = vars(value) if isinstance(value, Place) else value
    return document


def to_row(kind: Any, document: Document) -> Any:
    """The row that `to_document` wrote."""
    fields = dict(document)
    if "place" in fields:
        fields["place"] = Place(**fields["place"])
    for name in _TUPLES & fields.keys():
        fields[name] = tuple(fields[name])
    return kind(key=fields.pop("_id"), **fields)
