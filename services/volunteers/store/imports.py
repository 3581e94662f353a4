"""Imports of earlier records: what was checked, how far it is entered, and which rows ever were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import UnknownImport
from services.volunteers.domain.imports import Plan, Record, Weighed
from services.volunteers.store.documents import Document, by_keys

INDEXES: Mapping[str, list[IndexModel]] = {"imports": [], "import_batches": [], "imported": []}


class Imports:
    """Collection `imports`: `_id` is the file's digest, a small document per file. Collection
    `import_batches`: `_id` is the file's digest and a number, the rows with what becomes of them.
    Collection `imported`: `_id` is a row's natural key, for ever."""

    def __init__(self, database: Database[Document]) -> None:
        self._plans = database["imports"]
        self._batches = database["import_batches"]
        self._rows = database["imported"]

    def find(self, import_id: str, *, within: Transaction | None = None) -> Plan | None:
        """None for a file that never waited. Raises Unavailable."""
        with available():
            found = self._plans.find_one({"_id": import_id}, session=within and within.session)
        return _plan(found) if found else None

    def one(self, import_id: str, *, within: Transaction | None = None) -> Plan:
        """Raises UnknownImport, Unavailable."""
        plan = self.find(import_id, within=within)
        if plan is None:
            raise UnknownImport
        return plan

    def latest(self, *, limit: int) -> list[Plan]:
        """The newest first; a walk through a document per file. Raises Unavailable."""
        with available():
            found = self._plans.find().sort("made_at", DESCENDING).limit(limit)
            return [_plan(each) for each in found]

    def unfinished(self, *, stepped_before: datetime) -> list[str]:
        """Those that are approved and not entered to their end, unless somebody was at it since
        then; a walk as well. Raises Unavailable."""
        query = {"state": "approved", "$or": [{"stepped_at": None},
                                              {"stepped_at": {"$lt": stepped_before}}]}
        with available():
            return [each["_id"] for each in self._plans.find(query, {"_id": 1})]

    def offer(self, plan: Plan, batches: Sequence[Sequence[Weighed]], *,
              there: Plan | None, within: Transaction) -> None:
        """A new plan with its rows, in the place of the one that is `there`."""
        if there:
            self._batches.delete_many({"_id": {"$in": _keys(there)}}, session=within.session)
            self._plans.replace_one({"_id": plan.import_id}, _fields(plan),
                                    session=within.session)
        rows = [{"_id": key, "rows": [_row(each) for each in batch]}
                for key, batch in zip(_keys(plan), batches, strict=True)]
        with first_come():
            if not there:
                self._plans.insert_one({"_id": plan.import_id, **_fields(plan)},
                                       session=within.session)
            if rows:
                self._batches.insert_many(rows, ordered=False, session=within.session)

    def change(self, before: Plan, now: Plan, *, within: Transaction) -> None:
        """Keeps the plan as it is now. Raises LostRace when it was another than `before`."""
        same = {"_id": before.import_id, "state": before.state, "entered": before.entered}
        changed = self._plans.update_one(same, {"$set": _fields(now)}, session=within.session)
        if not changed.matched_count:
            raise LostRace

    def batch(self, plan: Plan, number: int, *, within: Transaction) -> list[Weighed]:
        """The rows of a batch, from 0."""
        found = self._batches.find_one({"_id": _keys(plan)[number]}, session=within.session)
        return [_weighed(each) for each in found["rows"]] if found else []

    def settle(self, plan: Plan, number: int, rows: Iterable[Weighed], *,
               within: Transaction) -> None:
        """What became of the rows of a batch."""
        kept = [_row(each) for each in rows]
        self._batches.update_one({"_id": _keys(plan)[number]}, {"$set": {"rows": kept}},
                                 session=within.session)

    def rows(self, plan: Plan) -> list[Weighed]:
        """All rows, in order of their lines. Raises Unavailable."""
        with available():
            found = list(self._batches.find({"_id": {"$in": _keys(plan)}}))
        weighed = [_weighed(each) for batch in found for each in batch["rows"]]
        return sorted(weighed, key=lambda each: each.record.line)

    def concerns(self, plan: Plan, person_refs: Collection[str], *, within: Transaction) -> bool:
        """Whether a row is about one of these."""
        query = {"_id": {"$in": _keys(plan)}, "rows.person_ref": {"$in": sorted(person_refs)}}
        return self._batches.find_one(query, {"_id": 1}, session=within.session) is not None

    def among(self, keys: Collection[str], *, within: Transaction) -> set[str]:
        """Those of these rows that were entered, whatever became of them since."""
        found = by_keys(self._rows, sorted(keys), fields={"_id": 1}, within=within)
        return {each["_id"] for each in found}

    def add(self, records: Iterable[Record], import_id: str, *, within: Transaction) -> None:
        """These rows are in the ledger now."""
        rows = [{"_id": each.key, "import_id": import_id, "line": each.line} for each in records]
        if rows:
            with first_come():
                self._rows.insert_many(rows, ordered=False, session=within.session)


def _keys(plan: Plan) -> list[str]:
    return [f"{plan.import_id}/{number:04d}" for number in range(plan.batches)]


def _fields(plan: Plan) -> Document:
    fields: dict[str, Any] = dict(vars(plan))
    del fields["import_id"]
    return fields | {"maker": _acting(plan.maker),
                     "checker": plan.checker and _acting(plan.checker)}


def _acting(acting: Acting) -> Document:
    """Who it was; not with which rights, nor from where."""
    return {"actor": acting.actor, "person_ref": acting.person_ref}


def _plan(document: Mapping[str, Any]) -> Plan:
    fields = {name: value for name, value in document.items() if name != "_id"}
    checker = fields["checker"]
    return Plan(import_id=document["_id"], **fields | {
        "maker": Acting(**fields["maker"]), "checker": Acting(**checker) if checker else None})


def _row(weighed: Weighed) -> Document:
    record = weighed.record
    fields = {name: value for name, value in vars(weighed).items() if name != "record"}
    return {**fields, **vars(record), "session": vars(record.session)}


def _weighed(row: Mapping[str, Any]) -> Weighed:
    fields = dict(row)
    record = Record(session=SessionRef(**fields.pop("session")),
                    **{name: fields.pop(name) for name in
                       ("line", "person_ref", "minutes", "evidence", "unit")})
    return Weighed(record=record, **fields)
