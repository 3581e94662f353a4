"""Registrations, places, rolls and the line as documents: a party is one registration.

Written for a rush: what is inserted for each confirmed sign-up has no second index. A place is
found by its `_id`; a session's registrations by its rolls (名册), one for each group of sign-ups;
who waits stands in `line` as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownRegistration
from services.events.domain.signup import Registration

INDEXES: Mapping[str, list[IndexModel]] = {
    "registrations": [],
    "line": [IndexModel([("session_id", ASCENDING), ("arrival", ASCENDING)])],
    "places": [],
    "rolls": [IndexModel([("session_id", ASCENDING), ("first_arrival", ASCENDING)])],
}
LINE_PIECE = 20
Document = dict[str, Any]


class Registrations:
    """Collections `registrations`, by id; `places`, by {session}.{person}; `rolls`; `line`.

    A place, taken or in line, exists while its registration is active: its `_id` keeps anybody
    from being active twice at one session (C-49).
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["registrations"]
        self._places = database["places"]
        self._rolls = database["rolls"]
        self._line = database["line"]

    def add(self, registrations: Sequence[Registration], *, within: Transaction) -> None:
        """Keeps new registrations of one session, in order of arrival.

        Raises LostRace when somebody in them is already active.
        """
        places = [
            {"_id": key, "registration_id": each.registration_id}
            for each in registrations for key in _place_keys(each)
        ]
        with first_come():
            self._places.insert_many(places, ordered=False, session=within.session)
        documents = [_document(each) for each in registrations]
        self._documents.insert_many(documents, ordered=False, session=within.session)
        first = registrations[0]
        roll = {"session_id": first.session_id, "first_arrival": first.arrival}
        ids = [each.registration_id for each in registrations]
        self._rolls.insert_one(
            {"_id": within.new_id(), **roll, "registrations": ids}, session=within.session
        )
        waiting = [
            {"_id": each.registration_id, "session_id": each.session_id, "arrival": each.arrival}
            for each in registrations if each.status == "waitlisted"
        ]
        if waiting:
            self._line.insert_many(waiting, ordered=False, session=within.session)

    def one(self, registration_id: str, *, within: Transaction | None = None) -> Registration:
        """The registration. Raises UnknownRegistration."""
        found = self._documents.find_one(
            {"_id": registration_id}, session=within and within.session
        )
        if found is None:
            raise UnknownRegistration(registration_id)
        return _registration(found)

    def some(self, registration_ids: Iterable[str], *,
             within: Transaction) -> dict[str, Registration]:
        """Those of these registrations that exist, by id."""
        found = self._documents.find(
            {"_id": {"$in": list(registration_ids)}}, session=within.session
        )
        return {document["_id"]: _registration(document) for document in found}

    def active_people(self, session_id: str, person_refs: Iterable[str], *,
                      within: Transaction) -> set[str]:
        """Who of these is in an active registration for the session."""
        wanted = [f"{session_id}.{person_ref}" for person_ref in person_refs]
        if not wanted:
            return set()
        found = self._places.find({"_id": {"$in": wanted}}, {"_id": 1}, session=within.session)
        return {document["_id"].partition(".")[2] for document in found}

    def line(self, session_id: str, *, within: Transaction) -> Iterator[Registration]:
        """Who waits, in order of arrival; read in pieces, so take no more than needed."""
        after = 0
        while True:
            found = self._line.find(
                {"session_id": session_id, "arrival": {"$gt": after}}, session=within.session
            ).sort("arrival", ASCENDING).limit(LINE_PIECE)
            piece = list(found)
            if not piece:
                return
            yield from self._by_arrival([each["_id"] for each in piece], within)
            after = piece[-1]["arrival"]

    def confirmed(self, session_id: str, *, within: Transaction) -> list[Registration]:
        """Who has a place, in order of arrival."""
        rolls = self._rolls.find({"session_id": session_id}, session=within.session)
        ids = [registration_id for roll in rolls for registration_id in roll["registrations"]]
        return [each for each in self._by_arrival(ids, within) if each.status == "confirmed"]

    def position(self, registration: Registration) -> int:
        """The place in line now, from 1."""
        return 1 + self._line.count_documents({
            "session_id": registration.session_id, "arrival": {"$lt": registration.arrival},
        })

    def cancel(self, registration: Registration, *, within: Transaction) -> None:
        """Ends an active registration. Raises LostRace when it changed meanwhile."""
        self._change(registration, {"status": "cancelled"}, within)
        self._places.delete_many(
            {"_id": {"$in": _place_keys(registration)}}, session=within.session
        )
        if registration.status == "waitlisted":
            self._line.delete_one({"_id": registration.registration_id}, session=within.session)

    def mark_attended(self, registrations: Sequence[Registration], *,
                      within: Transaction) -> None:
        """Notes that these parties came to the desk. Raises LostRace when one changed meanwhile."""
        if not registrations:
            return
        ids = [each.registration_id for each in registrations]
        outcome = self._documents.update_many(
            {"_id": {"$in": ids}, "status": "confirmed", "attended": False},
            {"$set": {"attended": True}}, session=within.session,
        )
        if outcome.matched_count != len(ids):
            raise LostRace("a registration at the desk")

    def promote(self, promoted: list[Registration], *, within: Transaction) -> None:
        """Gives places to parties that waited. Raises LostRace when one changed meanwhile."""
        if not promoted:
            return
        chosen = {"_id": {"$in": [each.registration_id for each in promoted]}}
        outcome = self._documents.update_many(
            {**chosen, "status": "waitlisted"}, {"$set": {"status": "confirmed"}},
            session=within.session,
        )
        self._line.delete_many(chosen, session=within.session)
        if outcome.matched_count != len(promoted):
            raise LostRace("promotion")

    def _by_arrival(self, ids: list[str], within: Transaction) -> list[Registration]:
        found = self._documents.find({"_id": {"$in": ids}}, session=within.session)
        return sorted(map(_registration, found), key=lambda each: each.arrival)

    def _change(self, registration: Registration, change: Document, within: Transaction) -> None:
        outcome = self._documents.update_one(
            {"_id": registration.registration_id, "status": registration.status,
             "attended": registration.attended},
            {"$set": change}, session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"registration {registration.registration_id}")


def _document(registration: Registration) -> Document:
    fields = dict(vars(registration))
    fields["party"] = list(registration.party)
    return {"_id": fields.pop("registration_id"), **fields}


def _registration(document: Document) -> Registration:
    fields = dict(document)
    fields["party"] = tuple(fields["party"])
    return Registration(registration_id=fields.pop("_id"), **fields)


def _place_keys(registration: Registration) -> list[str]:
    return [f"{registration.session_id}.{person}" for person in registration.party]
