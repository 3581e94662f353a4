"""Which days of a station are planned: one document each, so that no day is planned twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"planned_days": []}
Document = dict[str, Any]


class Plans:
    """Collection `planned_days`; `_id` is `<programme>/<station>/<day>`."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["planned_days"]

    def activity_of(self, name: str, *, within: Transaction) -> str | None:
        """The activity that this day has, if it is planned."""
        found = self._documents.find_one({"_id": name}, session=within.session)
        return found["activity_id"] if found else None

    def keep(self, name: str, activity_id: str, *, within: Transaction) -> None:
        """The day is planned. Raises LostRace when it is meanwhile."""
        with first_come():
            self._documents.insert_one({"_id": name, "activity_id": activity_id},
                                       session=within.session)
