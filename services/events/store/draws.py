"""Draws as documents: the seed sealed until the draw, then with list and result in the open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.transaction import Transaction

INDEXES: Mapping[str, list[IndexModel]] = {"draws": []}
Document = dict[str, Any]


class Draws:
    """Collection `draws`, by session: {seed_sha256, sealed_seed, result?}."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["draws"]

    def commit(self, session_id: str, *, seed_sha256: str, sealed_seed: Any,
               within: Transaction) -> None:
        """Keeps the seed of a new session, sealed."""
        self._documents.insert_one(
            {"_id": session_id, "seed_sha256": seed_sha256, "sealed_seed": sealed_seed,
             "result": None}, session=within.session,
        )

    def one(self, session_id: str, *, within: Transaction | None = None) -> Document | None:
        """The draw; None for a session whose places are not drawn."""
        return self._documents.find_one({"_id": session_id}, session=within and within.session)

    def publish(self, session_id: str, result: Document, *, within: Transaction) -> None:
        """Keeps seed, list and result, to be read by anybody."""
        self._documents.update_one(
            {"_id": session_id}, {"$set": {"result": result}}, session=within.session
        )
