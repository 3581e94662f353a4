"""Who of the staff looked at whose data, when and why; and what the retention job did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "volunteer_reads": [
        IndexModel([("volunteer_no", ASCENDING), ("at", ASCENDING)], name="volunteer_no"),
    ],
    "retention_runs": [],
}
Document = dict[str, Any]
LISTED = 500


@dataclass(frozen=True, kw_only=True)
class Read:
    """One look at somebody's data (C-28); `ticket` where it was a minor's."""

    volunteer_no: str
    at: datetime
    by: str
    what: str
    reason: str | None = None
    ticket: str | None = None


class Reads:
    """Collections `volunteer_reads`, only added to, and `retention_runs`, one report a run."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["volunteer_reads"]
        self._runs = database["retention_runs"]

    def add(self, read: Read, *, within: Transaction) -> None:
        """One more look."""
        self._documents.insert_one({"_id": within.new_id(), **vars(read)}, session=within.session)

    def of(self, volunteer_no: str) -> list[Read]:
        """Looks at a volunteer's data, the latest first."""
        with available():
            found = self._documents.find({"volunteer_no": volunteer_no}, {"_id": 0})
            return [Read(**each) for each in found.sort("at", DESCENDING).limit(LISTED)]

    def oldest(self) -> datetime | None:
        """When the first look that is kept was taken."""
        found = self._documents.find_one({}, {"at": 1}, sort=[("at", ASCENDING)])
        return found["at"] if found else None

    def forget_before(self, moment: datetime, *, limit: int, within: Transaction) -> int:
        """Deletes looks taken before; how many. For the retention job (C-31)."""
        found = self._documents.find({"at": {"$lt": moment}}, {"_id": 1}, session=within.session)
        ids = [each["_id"] for each in found.limit(limit)]
        if ids:
            self._documents.delete_many({"_id": {"$in": ids}}, session=within.session)
        return len(ids)

    def report(self, run: Document, *, within: Transaction) -> None:
        """Keeps what a run of the retention job did."""
        self._runs.insert_one({"_id": within.new_id(), **run}, session=within.session)

    def reports(self) -> list[Document]:
        """The latest runs first."""
        with available():
            return list(self._runs.find({}, {"_id": 0}).sort("at", DESCENDING).limit(30))
