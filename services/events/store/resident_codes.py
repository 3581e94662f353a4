"""Codes by SMS as kept for minutes, and how often numbers and addresses asked for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.outbox import is_waiting
from kernel.transaction import Transaction
from services.events.domain.resident_code import Code

_FORGOTTEN = IndexModel([("forget_at", ASCENDING)], name="forgotten", expireAfterSeconds=0)
INDEXES: Mapping[str, list[IndexModel]] = {"codes": [_FORGOTTEN], "codes_asked": [_FORGOTTEN]}
KEPT_AFTER = timedelta(minutes=5)  # a code that is over, so that its page can say so
Document = dict[str, Any]


class Codes:
    """Collections `codes`, by the keyed hash of the browser's secret, with the number sealed; and
    `codes_asked`: when a number (with its latest code) or an address asked, by its keyed hash."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._codes = database["codes"]
        self._asked = database["codes_asked"]

    def asked(self, who: str, since: datetime, *, within: Transaction) -> list[datetime]:
        """When it asked since then, the oldest first."""
        found = self._asked.find_one({"_id": who}, {"at": 1}, session=within.session)
        return [each for each in found["at"] if each > since] if found else []

    def ask(self, who: str, earlier: list[datetime], *, forget_at: datetime,
            latest: str | None = None, within: Transaction) -> None:
        """Notes that it asks now. Raises LostRace when it was noted to ask meanwhile."""
        last = earlier[-1] if earlier else None
        changes = {"at": [*earlier, within.now], "last": within.now, "forget_at": forget_at,
                   "latest": latest}
        found = self._asked.find_one({"_id": who}, {"last": 1}, session=within.session)
        if found is None:
            with first_come():
                self._asked.insert_one({"_id": who, **changes}, session=within.session)
            return
        if last is not None and found["last"] != last:
            raise LostRace("codes asked for")
        outcome = self._asked.update_one({"_id": who, "last": found["last"]}, {"$set": changes},
                                         session=within.session)
        if outcome.matched_count != 1:
            raise LostRace("codes asked for")

    def is_latest(self, code: Code, *, within: Transaction | None = None) -> bool:
        """Whether no other code was sent to its number since."""
        found = self._asked.find_one({"_id": code.number}, {"latest": 1},
                                     session=within and within.session)
        return found is not None and found["latest"] == code.code_id

    def add(self, code: Code, phone: Binary, *, within: Transaction) -> None:
        """Keeps a new one."""
        fields = dict(vars(code))
        self._codes.insert_one({"_id": fields.pop("code_id"), **fields, "phone": phone,
                                "forget_at": code.until + KEPT_AFTER}, session=within.session)

    def one(self, code_id: str, *, within: Transaction | None = None) -> Code | None:
        """The code, None when there is none (any more)."""
        found = self._codes.find_one({"_id": code_id}, session=within and within.session)
        if found is None:
            return None
        return Code(code_id=found.pop("_id"),
                    **{name: found[name] for name in Code.__dataclass_fields__ if name in found})

    def waits(self, code: Code) -> bool:
        """Whether the broker has not taken it yet: nobody can have sent it. Raises Unavailable."""
        with available():
            return is_waiting(self._database, f"code/{code.code_id}")

    def phone(self, code_id: str, *, within: Transaction | None = None) -> Binary | None:
        """The telephone it was sent to, sealed."""
        found = self._codes.find_one({"_id": code_id}, {"phone": 1},
                                     session=within and within.session)
        phone: Binary | None = found["phone"] if found else None
        return phone

    def change(self, before: Code, *, within: Transaction, **changes: Any) -> Code:
        """The code, changed. Raises LostRace when it was tried or used meanwhile."""
        outcome = self._codes.update_one(
            {"_id": before.code_id, "left": before.left, "used_for": before.used_for},
            {"$set": changes}, session=within.session)
        if outcome.matched_count != 1:
            raise LostRace("a code")
        return replace(before, **changes)
