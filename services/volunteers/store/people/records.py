"""What is recorded of volunteers beside hours: only added to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.people.records import Record

INDEXES: Mapping[str, list[IndexModel]] = {
    "volunteer_records": [IndexModel([("volunteer_no", ASCENDING)], name="volunteer_no")],
}
Document = dict[str, Any]


class Records:
    """Collection `volunteer_records`; what a person said of themselves goes when they go."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["volunteer_records"]
        self._volunteers = database["volunteers"]

    def add(self, *records: Record, within: Transaction) -> list[Record]:
        """New lines of one volunteer, who is kept already; as kept, with their serials.

        The count stands in the volunteer's document: two who write of one person at the same
        moment meet there, one after the other.
        """
        before = self._volunteers.find_one_and_update(
            {"_id": records[0].volunteer_no}, {"$inc": {"lines": len(records)}}, {"lines": 1},
            session=within.session,
        )
        last = before.get("lines", 0)
        kept = [replace(record, serial=last + n) for n, record in enumerate(records, 1)]
        documents = []
        for record in kept:
            fields = dict(vars(record))
            documents.append({"_id": fields.pop("record_id"), **fields,
                              "values": dict(record.values)})
        self._documents.insert_many(documents, session=within.session)
        return kept

    def of(self, volunteer_no: str, *, within: Transaction | None = None) -> list[Record]:
        """All lines of a volunteer, earliest first."""
        with available():
            found = self._documents.find({"volunteer_no": volunteer_no},
                                         session=within and within.session)
            records = [Record(record_id=each.pop("_id"), **each) for each in found]
        return sorted(records, key=lambda each: each.serial)

    def erase(self, volunteer_no: str, kinds: Collection[str], *, within: Transaction) -> None:
        """Lines of these kinds, which are the person's own words; for deletion only (C-29)."""
        self._documents.delete_many(
            {"volunteer_no": volunteer_no, "kind": {"$in": list(kinds)}}, session=within.session)
