"""The demonstration phone: what the console provider was given to send, numbers masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.notifications.store.sealed import Sealed

KEPT_DAYS = 30
INDEXES: Mapping[str, list[IndexModel]] = {
    "phone": [
        IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=KEPT_DAYS * 86_400)
    ],
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One SMS on the phone; the middle of the number is never kept."""

    number: str
    text: str
    at: datetime


class Phone:
    """Collection `phone`, by attempt; what it shows is sealed."""

    def __init__(self, database: Database[dict[str, Any]], vault: Sealing) -> None:
        self._documents = database["phone"]
        self._sealed = Sealed(vault)

    def show(self, attempt_id: str, shown: Shown) -> None:
        with available():
            self._documents.insert_one({
                "_id": attempt_id, "at": shown.at,
                "said": self._sealed.seal({"number": shown.number, "text": shown.text}),
            })

    def forget(self, attempt_ids: Collection[str], *, within: Transaction) -> None:
        """Takes these off the phone. Safe to repeat."""
        self._documents.delete_many({"_id": {"$in": list(attempt_ids)}}, session=within.session)

    def latest(self, limit: int) -> list[Shown]:
        """Newest first."""
        with available():
            found = self._documents.find().sort("at", DESCENDING).limit(limit)
            return [Shown(at=one["at"], **self._sealed.open(one["said"])) for one in found]
