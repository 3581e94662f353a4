"""Registrations, rolls and the line as documents: a party is one registration.

Written for a rush. A session's active registrations are found by the index that also keeps
anybody from being active twice; all of them, ended ones too, by the session's rolls (名册), one
for each group of sign-ups; who waits stands in `line` as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownRegistration
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.store.line import Line
from services.events.store.registration_documents import document_of, registration_of

INDEXES: Mapping[str, list[IndexModel]] = {
    "registrations": [
        IndexModel(
            [("session_id", ASCENDING), ("party", ASCENDING)], name="one_active_per_person",
            unique=True, partialFilterExpression={"active": True},
        ),
        IndexModel(  # written when one ends, never in a rush
            [("party", ASCENDING)], name="ended_of_person",
            partialFilterExpression={"active": False},
        ),
        IndexModel(
            [("registered_at", ASCENDING)], name="to_decide",
            partialFilterExpression={"status": "pending_approval"},
        ),
    ],
    "rolls": [IndexModel([("session_id", ASCENDING), ("first", ASCENDING)])],
}
Document = dict[str, Any]


class Registrations:
    """Collections `registrations`, by id; `rolls`; `line`, by registration.

    While a registration is active, a unique partial index over session and persons keeps each of
    them from another one for the session (C-49). `asked` remembers the first answer and a
    fingerprint of what was asked with the key that the id was made from.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["registrations"]
        self._rolls = database["rolls"]
        self._line = Line(database)

    def add(self, session: Session, made: Sequence[tuple[Registration, Document | None]], *,
            within: Transaction) -> None:
        """Keeps new registrations of the session, in order, each with its `asked`.

        Raises LostRace when one of them, or somebody in them, is already there.
        """
        registrations = [each for each, _ in made]
        documents = [
            document_of(each) | ({"asked": asked} if asked else {}) for each, asked in made
        ]
        with first_come():
            self._documents.insert_many(documents, ordered=False, session=within.session)
        roll = {"session_id": session.session_id, "first": session.version}
        ids = [each.registration_id for each in registrations]
        self._rolls.insert_one(
            {"_id": within.new_id(), **roll, "registrations": ids}, session=within.session
        )
        waiting = [each for each in registrations if each.status == "waitlisted"]
        self._line.join(session, waiting, within=within)

    def one(self, registration_id: str, *, within: Transaction | None = None) -> Registration:
        """The registration. Raises UnknownRegistration."""
        found = self._documents.find_one(
            {"_id": registration_id}, session=within and within.session
        )
        if found is None:
            raise UnknownRegistration(registration_id)
        return registration_of(found)

    def by_code(self, code: str) -> Registration:
        """The one whose id begins with the code (10 characters). Raises UnknownRegistration."""
        found = list(self._documents.find({"_id": {"$gte": code, "$lt": f"{code}~"}}).limit(2))
        if len(code) != 10 or len(found) != 1:
            raise UnknownRegistration(code)
        return registration_of(found[0])

    def some(self, registration_ids: Iterable[str], *,
             within: Transaction | None = None) -> dict[str, Registration]:
        """Those of these registrations that exist, by id."""
        return {key: each for key, (each, _) in self.asked(registration_ids, within=within).items()}

    def asked(self, registration_ids: Iterable[str], *,
              within: Transaction | None = None) -> dict[str, tuple[Registration, Document]]:
        """The same with what they were first asked and answered."""
        wanted = list(registration_ids)
        if not wanted:
            return {}
        found = self._documents.find({"_id": {"$in": wanted}}, session=within and within.session)
        return {each["_id"]: (registration_of(each), each.get("asked") or {}) for each in found}

    def line(self, session: Session, *, within: Transaction) -> Iterator[Registration]:
        """Who waits, in the order of the line; read in pieces, so take no more than needed.

        Left out are those who need a pool without a place: they could not be served.
        """
        for piece in self._line.in_order(session, within=within):
            waiting = self.some(piece, within=within)
            yield from sorted(waiting.values(), key=lambda each: each.rank)

    def active(self, session_id: str, *, within: Transaction | None = None) -> list[Registration]:
        """Every registration that has not ended, in order of arrival."""
        found = self._documents.find(
            {"session_id": session_id, "active": True}, session=within and within.session
        )
        return sorted(map(registration_of, found), key=lambda each: (each.arrival, each.told))

    def confirmed(self, session_id: str, *, within: Transaction) -> list[Registration]:
        """Who has a place, in order of arrival."""
        active = self.active(session_id, within=within)
        return [each for each in active if each.status == "confirmed"]

    def to_decide(self, *, limit: int) -> list[Registration]:
        """Who waits for the organiser's word at any session, the oldest first."""
        found = self._documents.find({"status": "pending_approval"})
        oldest = found.sort("registered_at", ASCENDING).limit(limit)
        return [registration_of(each) for each in oldest]

    def counts(self, session_ids: Iterable[str]) -> dict[str, dict[str, int]]:
        """By session and status how many parties are active."""
        counts: dict[str, dict[str, int]] = {}
        for group in self._documents.aggregate([
            {"$match": {"session_id": {"$in": list(session_ids)}, "active": True}},
            {"$group": {"_id": {"session": "$session_id", "status": "$status"},
                        "parties": {"$sum": 1}}},
        ]):
            of_session = counts.setdefault(group["_id"]["session"], {})
            of_session[group["_id"]["status"]] = group["parties"]
        return counts

    def all(self, session_id: str) -> list[Registration]:
        """Every registration there ever was, as they came."""
        rolls = self._rolls.find({"session_id": session_id}).sort("first", ASCENDING)
        ids = [registration_id for roll in rolls for registration_id in roll["registrations"]]
        found = self.some(ids)
        return [found[each] for each in ids if each in found]

    def of_person(self, person_ref: str, session_ids: Iterable[str], *,
                  within: Transaction | None = None) -> list[Registration]:
        """The person's active registrations for these sessions, and all of theirs that ended."""
        active = {"session_id": {"$in": list(session_ids)}, "party": person_ref, "active": True}
        ended = {"party": person_ref, "active": False}
        return [
            registration_of(document)
            for wanted in (active, ended)
            for document in self._documents.find(wanted, session=within and within.session)
        ]

    def forget_words(self, registration_ids: Iterable[str], *, within: Transaction) -> None:
        """Erases what the organiser wrote to these parties, and the fingerprints of what they
        typed: the same key does not find its answer any more. Safe to repeat."""
        chosen = {"_id": {"$in": list(registration_ids)}}
        noted, asked = {"note": {"$ne": None}}, {"asked.fingerprint": {"$gt": ""}}
        for wanted, field, value in ((noted, "note", None), (asked, "asked.fingerprint", "")):
            self._documents.update_many({**chosen, **wanted}, {"$set": {field: value}},
                                        session=within.session)

    def position(self, registration: Registration, *, within: Transaction | None = None) -> int:
        """The place in line now, from 1."""
        return self._line.position(registration, within=within)

    def change(self, session: Session, before: Registration, after: Registration, *,
               within: Transaction) -> None:
        """Saves what is different, and the turn in line. Raises LostRace when it changed meanwhile.

        `told` numbers the changes: what changes a registration tells of it.
        """
        was, now = document_of(before), document_of(after)
        change = {name: value for name, value in now.items() if value != was[name]}
        guard = {"_id": before.registration_id, "told": before.told, "attended": before.attended}
        with first_come():
            outcome = self._documents.update_one(guard, {"$set": change}, session=within.session)
        if outcome.matched_count != 1:
            raise LostRace(f"registration {before.registration_id}")
        if before.status == "waitlisted":
            self._line.leave(before, within=within)
        if after.status == "waitlisted":
            self._line.join(session, [after], within=within)

    def count_told(self, registrations: Sequence[Registration], *, within: Transaction,
                   changed_at: datetime | None = None) -> None:
        """One more fact was told about each, of a change if it has a time.

        Raises LostRace when one changed meanwhile.
        """
        change: Document = {"changed_at": changed_at} if changed_at else {}
        by_told: dict[int, list[str]] = {}
        for each in registrations:
            by_told.setdefault(each.told, []).append(each.registration_id)
        for told, ids in by_told.items():
            outcome = self._documents.update_many(
                {"_id": {"$in": ids}, "told": told}, {"$set": {"told": told + 1, **change}},
                session=within.session,
            )
            if outcome.matched_count != len(ids):
                raise LostRace("facts about registrations")

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
