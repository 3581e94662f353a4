"""Requests for corrections and missing records, as documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import LostRace, first_come
from kernel.mongo import available
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import UnknownCorrection
from services.volunteers.domain.correction import Correction, Standing, State, Verdict, Wanted
from services.volunteers.domain.spans import Span
from services.volunteers.store.documents import Document, within_limits

INDEXES: Mapping[str, list[IndexModel]] = {
    "corrections": [
        IndexModel(
            [("session.session_id", ASCENDING), ("person_ref", ASCENDING)],
            name="one_open", unique=True, partialFilterExpression={"state": "pending"},
        ),
        IndexModel([("state", ASCENDING), ("made_at", ASCENDING)], name="waiting"),
        IndexModel([("person_ref", ASCENDING), ("made_at", ASCENDING)], name="person"),
    ],
}


class Corrections:
    """Collection `corrections`: `_id` is the request's. Two who decide at once meet in it."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["corrections"]

    def add(self, correction: Correction, *, within: Transaction) -> None:
        """Keeps a new one. Raises LostRace when one of the person and session is open by now."""
        with first_come():
            self._documents.insert_one(_document(correction), session=within.session)

    def one(self, correction_id: str, *, within: Transaction | None = None) -> Correction:
        """Raises UnknownCorrection, Unavailable."""
        session = within.session if within else None
        with available():
            found = self._documents.find_one({"_id": correction_id}, session=session)
        if found is None:
            raise UnknownCorrection(correction_id)
        return _correction(found)

    def open_of(self, session_id: str, person_ref: str, *,
                within: Transaction) -> Correction | None:
        """The person's open one at the session."""
        found = self._documents.find_one(
            {"session.session_id": session_id, "person_ref": person_ref, "state": "pending"},
            session=within.session,
        )
        return _correction(found) if found else None

    def save(self, correction: Correction, *, within: Transaction) -> None:
        """A decision on one that was pending. Raises LostRace when it is not any more."""
        outcome = self._documents.replace_one(
            {"_id": correction.correction_id, "state": "pending"}, _document(correction),
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"correction {correction.correction_id}")

    def listed(self, *, state: State | None, made_before: datetime | None, skip: int,
               limit: int, limits: Scope = ALL) -> list[Correction]:
        """Of one state or of all, within the limits, oldest first. Raises Unavailable."""
        query: Document = {"state": state} if state else {}
        if made_before:
            query["made_at"] = {"$lt": made_before}
        query |= within_limits(limits)
        with available():
            found = self._documents.find(query).sort([("made_at", ASCENDING), ("_id", ASCENDING)])
            return [_correction(each) for each in found.skip(skip).limit(limit)]

    def waiting(self, *, made_before: datetime) -> int:
        """How many are open that were made before then. Raises Unavailable."""
        with available():
            return self._documents.count_documents(
                {"state": "pending", "made_at": {"$lt": made_before}}
            )

    def of_person(self, person_ref: str, *, limit: int) -> list[Correction]:
        """A person's, newest first. Raises Unavailable."""
        with available():
            found = self._documents.find({"person_ref": person_ref}).sort("made_at", DESCENDING)
            return [_correction(each) for each in found.limit(limit)]

    def forget_texts(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """Takes away what was written about these people (C-29). Safe to repeat."""
        theirs = {"person_ref": {"$in": sorted(person_refs)}}
        self._documents.update_many(
            theirs, {"$set": {"reason": "", "evidence": ""}}, session=within.session
        )
        self._documents.update_many(
            {**theirs, "verdict": {"$ne": None}}, {"$set": {"verdict.reason": ""}},
            session=within.session,
        )

    def made(self, session_ids: Collection[str], *,
             within: Transaction | None = None) -> dict[str, list[datetime]]:
        """When the open requests of these sessions were made, by session. Raises Unavailable."""
        session = within.session if within else None
        made: dict[str, list[datetime]] = {}
        with available():
            for each in self._documents.find(
                {"session.session_id": {"$in": sorted(session_ids)}, "state": "pending"},
                {"session.session_id": 1, "made_at": 1}, session=session,
            ):
                made.setdefault(each["session"]["session_id"], []).append(each["made_at"])
        return made


def _document(correction: Correction) -> Document:
    wanted, verdict = correction.wanted, correction.verdict
    return {
        "_id": correction.correction_id, **vars(correction), "session": vars(correction.session),
        "wanted": {**vars(wanted), "span": vars(wanted.span) if wanted.span else None},
        "made_by": _by_document(correction.made_by),
        "before": [vars(each) for each in correction.before],
        "verdict": _verdict_document(verdict) if verdict else None,
    }


def _verdict_document(verdict: Verdict) -> Document:
    return {**vars(verdict), "by": _by_document(verdict.by),
            "after": [vars(each) for each in verdict.after]}


def _by_document(by: Acting) -> Document:
    return {"actor": by.actor, "person_ref": by.person_ref, "roles": sorted(by.roles)}


def _correction(document: Mapping[str, Any]) -> Correction:
    fields = {name: value for name, value in document.items() if name != "_id"}
    wanted, verdict = document["wanted"], document["verdict"]
    span = Span(**wanted["span"]) if wanted["span"] else None
    return Correction(**fields | {
        "session": SessionRef(**document["session"]),
        "wanted": Wanted(span=span, minutes=wanted["minutes"]),
        "made_by": _by(document["made_by"]), "before": _lines(document["before"]),
        "verdict": _verdict(verdict) if verdict else None,
    })


def _verdict(document: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**document, "by": _by(document["by"]), "after": _lines(document["after"])})


def _by(document: Mapping[str, Any]) -> Acting:
    return Acting(**{**document, "roles": frozenset(document["roles"])})


def _lines(documents: list[Mapping[str, Any]]) -> tuple[Standing, ...]:
    return tuple(Standing(**each) for each in documents)
