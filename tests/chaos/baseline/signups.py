"""Sign-ups and their ledger on stock nameko; run by `nameko run`, one process for each class."""

from __future__ import annotations

import os
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from nameko.web.handlers import http
from pymongo import MongoClient, WriteConcern
from pymongo.errors import DuplicateKeyError

DURABLE = WriteConcern("majority", j=True)


class Documents(DependencyProvider):
    """The service's database, with the same write concern as ours."""

    def setup(self) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(
            os.environ["MONGODB_URI"], serverSelectionTimeoutMS=3000, socketTimeoutMS=10_000
        )
        self._database = client.get_database(os.environ["DATABASE"], write_concern=DURABLE)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._database


class SignUps:
    """Saves a registration, then tells it."""

    name = "signups"
    documents = Documents()
    dispatch = EventDispatcher()

    @http("POST", "/registrations/<string:key>")
    def sign_up(self, request: Any, key: str) -> tuple[int, str]:
        """201 also for a key that is saved already: the resident asks again after an error."""
        try:
            self.documents.registrations.insert_one({"_id": key})
        except DuplicateKeyError:
            return 201, key
        self.dispatch("signed_up", {"key": key})
        return 201, key


class Ledger:
    """Makes one entry for each sign-up it hears of."""

    name = "ledger"
    documents = Documents()

    @event_handler("signups", "signed_up")
    def enter(self, payload: dict[str, str]) -> None:
        self.documents.entries.insert_one({"entry": payload["key"]})
