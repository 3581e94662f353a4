"""How far each subscriber's queue was behind when the bridge looked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.unit import Transaction

STANDINGS = "standings"
INDEXES: Mapping[str, list[IndexModel]] = {STANDINGS: []}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """So many facts waited, the oldest of them published at `oldest_at` (None: nothing waited)."""

    name: str
    depth: int
    oldest_at: datetime | None
    seen_at: datetime


class Standings:
    """By the subscriber's name; only the latest. Methods may raise pymongo's errors."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._documents = database[STANDINGS]

    def keep(self, standing: Standing) -> None:
        kept = {name: value for name, value in vars(standing).items() if name != "name"}
        self._documents.update_one({"_id": standing.name}, {"$set": kept}, upsert=True)

    def all(self) -> dict[str, Standing]:
        return {each["_id"]: Standing(name=each["_id"], depth=each["depth"],
                                      oldest_at=each["oldest_at"], seen_at=each["seen_at"])
                for each in self._documents.find()}

    def forget(self, name: str, *, within: Transaction) -> None:
        self._documents.delete_one({"_id": name}, session=within.session)
