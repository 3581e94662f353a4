"""Imports of earlier records: what is to be entered, how far it is, and which rows ever were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.imports import Record
from services.volunteers.store.documents import Document

INDEXES: Mapping[str, list[IndexModel]] = {"imports": [], "imported": []}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An import that was accepted as a whole. `entered` of its records are in the ledger; `left`
    are those that could not be entered any more, by line with the reason."""

    import_id: str
    actor: str
    made_at: datetime
    records: Sequence[Record] = ()
    entered: int = 0
    left: Mapping[str, str] = field(default_factory=dict)
    done_at: datetime | None = None


class Imports:
    """Collection `imports`: `_id` is the file's digest, a document per file, its records only until
    they are entered. Collection `imported`: `_id` is a row's natural key."""

    def __init__(self, database: Database[Document]) -> None:
        self._plans = database["imports"]
        self._rows = database["imported"]

    def one(self, import_id: str, *, within: Transaction | None = None) -> Plan | None:
        """None for one that was never accepted. Raises Unavailable."""
        session = within.session if within else None
        with available():
            found = self._plans.find_one({"_id": import_id}, session=session)
        return _plan(found) if found else None

    def unfinished(self, *, before: datetime) -> list[str]:
        """Those that were accepted before then and are not entered yet. Raises Unavailable."""
        query = {"done_at": None, "made_at": {"$lt": before}}
        with available():
            return [each["_id"] for each in self._plans.find(query, {"_id": 1})]

    def accept(self, plan: Plan, *, within: Transaction) -> None:
        """A new plan, or one for a file whose earlier plan is done."""
        there = self._plans.find_one({"_id": plan.import_id}, {"done_at": 1},
                                     session=within.session)
        if there is None:
            with first_come():
                self._plans.insert_one({"_id": plan.import_id, **_fields(plan)},
                                       session=within.session)
        elif there["done_at"] is not None:
            self._plans.update_one({"_id": plan.import_id}, {"$set": _fields(plan)},
                                   session=within.session)

    def advance(self, plan: Plan, *, was: int, within: Transaction) -> None:
        """Keeps how far it is now. Raises LostRace when it was further than `was` by then."""
        change = {"entered": plan.entered, "left": dict(plan.left), "done_at": plan.done_at}
        if plan.done_at:
            change["records"] = []
        changed = self._plans.update_one({"_id": plan.import_id, "entered": was, "done_at": None},
                                         {"$set": change}, session=within.session)
        if not changed.matched_count:
            raise LostRace

    def among(self, keys: Collection[str], *, within: Transaction) -> set[str]:
        """Those of these rows that were entered, whatever became of them since."""
        found = self._rows.find({"_id": {"$in": sorted(keys)}}, {"_id": 1}, session=within.session)
        return {each["_id"] for each in found}

    def add(self, records: Iterable[Record], import_id: str, *, within: Transaction) -> None:
        """These rows are in the ledger now."""
        rows = [{"_id": each.key, "import_id": import_id, "line": each.line} for each in records]
        if rows:
            with first_come():
                self._rows.insert_many(rows, ordered=False, session=within.session)


def _fields(plan: Plan) -> Document:
    fields: dict[str, Any] = dict(vars(plan))
    del fields["import_id"]
    records = [{**vars(each), "session": vars(each.session)} for each in plan.records]
    return {**fields, "left": dict(plan.left), "records": records}


def _plan(document: Mapping[str, Any]) -> Plan:
    fields = {name: value for name, value in document.items() if name != "_id"}
    fields["records"] = tuple(
        Record(**{**each, "session": SessionRef(**each["session"])})
        for each in document["records"]
    )
    return Plan(import_id=document["_id"], **fields)
