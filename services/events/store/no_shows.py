"""Absences (缺席) of people with a place, as documents; texts of people are sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownNoShow
from services.events.domain.no_show import Change, NoShow

INDEXES: Mapping[str, list[IndexModel]] = {
    "no_shows": [IndexModel([("person_ref", ASCENDING), ("ended_at", ASCENDING)])],
}
Document = dict[str, Any]


class NoShows:
    """Collection `no_shows`, by {session}.{person}: a person is absent once from a session."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["no_shows"]

    def add(self, no_shows: Iterable[NoShow], *, within: Transaction) -> None:
        """Keeps new ones. Raises LostRace when one was recorded meanwhile."""
        documents = [_document(each) for each in no_shows]
        if documents:
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)

    def one(self, no_show_id: str, *, within: Transaction) -> NoShow:
        """Raises UnknownNoShow."""
        found = self._documents.find_one({"_id": no_show_id}, session=within.session)
        if found is None:
            raise UnknownNoShow(no_show_id)
        return _no_show(found)

    def session_of(self, no_show_id: str, *, within: Transaction) -> str | None:
        """Which session it is about; None for an unknown one."""
        found = self._documents.find_one({"_id": no_show_id}, session=within.session)
        return str(found["session_id"]) if found else None

    def of_people(self, person_refs: Iterable[str], *, within: Transaction) -> list[NoShow]:
        """Of all these people, earliest session first."""
        found = self._documents.find(
            {"person_ref": {"$in": list(person_refs)}}, session=within.session
        ).sort("ended_at", ASCENDING)
        return [_no_show(document) for document in found]

    def forget_texts(self, person_refs: Iterable[str], *, within: Transaction) -> None:
        """Erases reasons and appeals of these people's absences. Safe to repeat."""
        for each in self.of_people(person_refs, within=within):
            history = [{**vars(change), "text": None} for change in each.history]
            self._documents.update_one({"_id": each.no_show_id}, {"$set": {"history": history}},
                                       session=within.session)

    def save(self, before: NoShow, after: NoShow, *, within: Transaction) -> None:
        """Saves a change of state. Raises LostRace when somebody else changed it meanwhile."""
        outcome = self._documents.replace_one(
            {"_id": before.no_show_id, "state": before.state}, _document(after),
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"no-show {before.no_show_id}")


def _document(no_show: NoShow) -> Document:
    fields = dict(vars(no_show))
    fields["history"] = [dict(vars(change)) for change in no_show.history]
    return {"_id": no_show.no_show_id, **fields}


def _no_show(document: Document) -> NoShow:
    fields = dict(document)
    fields.pop("_id")
    history = tuple(Change(**change) for change in fields.pop("history"))
    return replace(NoShow(**fields), history=history)
