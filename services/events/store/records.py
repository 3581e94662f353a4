"""Visits and redemptions as documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.rights import ALL, Scope
from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {
    "visits": [
        IndexModel([("programme", ASCENDING), ("day", ASCENDING)]),
        IndexModel([("household_ref", ASCENDING)]),
    ],
    "redemptions": [
        IndexModel([("programme", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("person_ref", ASCENDING)]),
    ],
}
Document = dict[str, Any]


class Records:
    """Collections `visits` and `redemptions`, by id."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def add(self, collection: str, record_id: str, record: Document, *,
            within: Transaction) -> None:
        """Keeps one visit or redemption."""
        self._database[collection].insert_one({"_id": record_id, **record}, session=within.session)

    def visits(self, programme: str, *, first_day: date | None = None,
               last_day: date | None = None, limits: Scope = ALL,
               limit: int = 1000) -> list[Document]:
        """Visits on the days, both inclusive, the latest first; `goods` as [{name, quantity}].
        Only of the streets that somebody's limits leave them, here and below."""
        days = {}
        if first_day:
            days["$gte"] = first_day.isoformat()
        if last_day:
            days["$lte"] = last_day.isoformat()
        found = self._listed("visits", programme, "day", days, limits, limit)
        return [{**each, "goods": _goods(each.get("goods"))} for each in found]

    def redemptions(self, programme: str, *, since: datetime | None = None,
                    until: datetime | None = None, limits: Scope = ALL,
                    limit: int = 1000) -> list[Document]:
        """Redemptions in [since, until), the latest first."""
        moments = {}
        if since:
            moments["$gte"] = since
        if until:
            moments["$lt"] = until
        return self._listed("redemptions", programme, "at", moments, limits, limit)

    def redeemed_by(self, person_ref: str) -> list[Document]:
        """Everything that the person redeemed, the earliest first."""
        found = self._database["redemptions"].find({"person_ref": person_ref})
        return [{"id": each.pop("_id"), **each} for each in found.sort("at", ASCENDING)]

    def visited(self, household_ref: str) -> list[Document]:
        """Every visit under this reference, the earliest first."""
        found = self._database["visits"].find({"household_ref": household_ref})
        return [{"id": each.pop("_id"), **each, "goods": _goods(each.get("goods"))}
                for each in found.sort("day", ASCENDING)]

    def _listed(self, collection: str, programme: str, field: str, between: Document,
                limits: Scope, limit: int) -> list[Document]:
        wanted: Document = {"programme": programme, **({field: between} if between else {})}
        if limits.streets:
            wanted["street"] = {"$in": sorted(limits.streets)}
        found = self._database[collection].find(wanted)
        latest = found.sort([(field, DESCENDING), ("_id", ASCENDING)]).limit(limit)
        return [{"id": document.pop("_id"), **document} for document in latest]


def _goods(kept: Any) -> list[Document]:
    """Before goods had quantities they were kept as one text."""
    return [{"name": kept, "quantity": 1}] if isinstance(kept, str) else list(kept or ())
