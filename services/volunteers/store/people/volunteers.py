"""Volunteers with a sealed identity, found by keyed hash of the document or by reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.people.volunteer import Volunteer

INDEXES: Mapping[str, list[IndexModel]] = {
    "volunteers": [IndexModel([("ends_on", ASCENDING)], name="ends_on")],
    "volunteer_keys": [],
}
Document = dict[str, Any]


def document_key(digest: str) -> str:
    """The key of one person by document: unique, so one person is one volunteer (C-35)."""
    return f"document/{digest}"


def reference_key(person_ref: str) -> str:
    """The key of one person by the reference that events gave."""
    return f"person/{person_ref}"


def contact_key(digest: str) -> str:
    """The key of somebody who registered before they first signed up, by name and telephone."""
    return f"contact/{digest}"


class Volunteers:
    """Collections `volunteers`, by number, and `volunteer_keys`, from key to number.

    `identity` is the sealed JSON of an Identity, None once it was erased. `ends_on` is the first
    last day of the qualifications held, if any ends; `lines` counts the volunteer's records.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["volunteers"]
        self._keys = database["volunteer_keys"]

    def number_by(self, *keys: str, within: Transaction | None = None) -> str | None:
        """The volunteer's number that one of the keys leads to."""
        with available():
            found = self._keys.find_one({"_id": {"$in": list(keys)}},
                                        session=within and within.session)
        return found["volunteer_no"] if found else None

    def numbers_by(self, keys: Iterable[str], *,
                   within: Transaction | None = None) -> dict[str, str]:
        """The volunteers' numbers, by those of the keys that lead to one."""
        with available():
            found = self._keys.find({"_id": {"$in": list(keys)}},
                                    session=within and within.session)
            return {each["_id"]: each["volunteer_no"] for each in found}

    def person_refs(self, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The references of these, by number."""
        with available():
            found = self._documents.find({"_id": {"$in": list(numbers)}}, {"person_refs": 1})
            return {each["_id"]: tuple(each["person_refs"]) for each in found}

    def one(self, volunteer_no: str, *, within: Transaction | None = None) -> Volunteer | None:
        """By number, without the identity."""
        with available():
            found = self._documents.find_one({"_id": volunteer_no}, {"identity": 0},
                                             session=within and within.session)
        return _volunteer(found) if found else None

    def identity(self, volunteer_no: str, *, within: Transaction | None = None) -> Binary | None:
        """The sealed identity; None when it was erased or nobody has the number."""
        with available():
            found = self._documents.find_one({"_id": volunteer_no}, {"identity": 1},
                                             session=within and within.session)
        return found["identity"] if found else None

    def add(self, volunteer: Volunteer, identity: Binary, keys: Iterable[str], *,
            within: Transaction) -> None:
        """Keeps a new volunteer. Raises LostRace when a key or the number was taken meanwhile."""
        with first_come():
            self._keys.insert_many(
                [{"_id": key, "volunteer_no": volunteer.volunteer_no} for key in keys],
                ordered=False, session=within.session,
            )
            self._documents.insert_one({**_document(volunteer), "identity": identity},
                                       session=within.session)

    def replace(self, volunteer: Volunteer, *, within: Transaction) -> None:
        """Everything but the identity."""
        fields = _document(volunteer)
        self._documents.update_one({"_id": fields.pop("_id")}, {"$set": fields},
                                   session=within.session)

    def seal(self, volunteer_no: str, identity: Binary | None, *, within: Transaction) -> None:
        """Another sealed identity, or none any more."""
        self._documents.update_one({"_id": volunteer_no}, {"$set": {"identity": identity}},
                                   session=within.session)

    def bind(self, key: str, volunteer_no: str, *, within: Transaction) -> None:
        """One more key. Raises LostRace when somebody has it by now."""
        with first_come():
            self._keys.insert_one({"_id": key, "volunteer_no": volunteer_no},
                                  session=within.session)

    def unbind(self, volunteer_no: str, *, within: Transaction) -> None:
        """Takes away every key; a walk through the keys, for who leaves for good."""
        self._keys.delete_many({"volunteer_no": volunteer_no}, session=within.session)

    def ending_before(self, day: date, *, limit: int) -> list[str]:
        """Numbers of those who hold a qualification that ended before the local day."""
        with available():
            found = self._documents.find({"ends_on": {"$lt": day.isoformat()}}, {"_id": 1})
            return [each["_id"] for each in found.limit(limit)]

    def oldest_stopped(self) -> datetime | None:
        """When the first whose identity is still kept was stopped."""
        stopped = {"state": "stopped", "identity": {"$ne": None}}
        found = self._documents.find_one(stopped, {"stopped_at": 1},
                                         sort=[("stopped_at", ASCENDING)])
        return found["stopped_at"] if found else None

    def stopped_before(self, moment: datetime, *, limit: int) -> list[str]:
        """Numbers of those whose processing was stopped before, and whose identity is still kept.

        A walk through the collection: for the retention job, once a day.
        """
        with available():
            found = self._documents.find(
                {"state": "stopped", "stopped_at": {"$lt": moment}}, {"_id": 1})
            return [each["_id"] for each in found.limit(limit)]


def _document(volunteer: Volunteer) -> Document:
    fields = dict(vars(volunteer))
    held = {key: last and last.isoformat() for key, last in volunteer.held.items()}
    return {
        "_id": fields.pop("volunteer_no"), **fields, "person_refs": list(volunteer.person_refs),
        "held": held, "ends_on": min((last for last in held.values() if last), default=None),
    }


def _volunteer(document: Document) -> Volunteer:
    fields = {name: value for name, value in document.items()
              if name not in {"identity", "ends_on", "lines"}}
    fields["person_refs"] = tuple(fields["person_refs"])
    fields["held"] = {key: date.fromisoformat(last) if last else None
                      for key, last in fields["held"].items()}
    return Volunteer(volunteer_no=fields.pop("_id"), **fields)
