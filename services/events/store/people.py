"""People by pseudonym with a sealed contact and their engagements, found again by keyed hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.transaction import Transaction
from services.events.domain.limits import Engagement

INDEXES: Mapping[str, list[IndexModel]] = {
    "people": [
        IndexModel([("number", ASCENDING)], name="number"),
        IndexModel([("ward_of", ASCENDING)], name="wards",
                   partialFilterExpression={"ward_of": {"$type": "string"}}),
    ],
    "identities": [],
}
KEPT_ENGAGEMENTS = 200  # of one person, the newest: limits look no further back
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KeptPerson:
    """A person as kept: nothing readable without the vault.

    `contact` is the sealed JSON `[name, phone, birth date or null]`, None once it was erased;
    `number` is the keyed hash of its telephone, by which an account finds whom it stands for;
    `ward_of` is the guardian that was named as the person became known: a later one may be asked
    for consent, but whoever names themselves the guardian of somebody known is not believed;
    `is_dated` says whether it has a birth date; `told` counts the facts told about the contact,
    the last one at `told_at` (None: when the person became known);
    `ties` counts the guardians who left, so that two who leave at once do not miss each other;
    `heard` is the last fact heard of each qualification, for they may come in any order.
    """

    person_ref: str
    contact: Binary | None
    known_since: datetime
    is_dated: bool = False
    guardian_ref: str | None = None
    qualifications: tuple[str, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    told: int = 0
    told_at: datetime | None = None
    heard: Mapping[str, int] = field(default_factory=dict)
    number: str | None = None
    ward_of: str | None = None
    ties: int = 0


class People:
    """Collections `people`, by person_ref, and `identities`, by digest.

    A person's engagements stand in one document: two sign-ups of one person at the same moment,
    for whatever sessions, meet there, so limits per person hold exactly.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["people"]
        self._identities = database["identities"]

    def refs_by_digest(self, digests: Iterable[str], *,
                       within: Transaction | None = None) -> dict[str, str]:
        """person_ref by digest, for the digests that are known."""
        wanted = list(digests)
        if not wanted:
            return {}
        found = self._identities.find({"_id": {"$in": wanted}}, session=within and within.session)
        return {document["_id"]: document["person_ref"] for document in found}

    def some(self, person_refs: Iterable[str], *,
             within: Transaction | None = None) -> dict[str, KeptPerson]:
        """Those of these references that somebody has."""
        wanted = list(person_refs)
        if not wanted:
            return {}
        found = self._documents.find({"_id": {"$in": wanted}}, session=within and within.session)
        return {document["_id"]: _person(document) for document in found}

    def contacts(self, person_refs: Iterable[str], *,
                 within: Transaction | None = None) -> dict[str, Binary]:
        """Sealed contacts by person_ref; whoever is not known, or was forgotten, is not in it."""
        wanted = list(person_refs)
        if not wanted:
            return {}
        found = self._documents.find(
            {"_id": {"$in": wanted}}, {"contact": 1}, session=within and within.session
        )
        return {each["_id"]: each["contact"] for each in found if each["contact"]}

    def with_number(self, number: str, *, within: Transaction | None = None) -> list[str]:
        """Whose telephone has this keyed hash, who was known first coming first."""
        found = self._documents.find({"number": number}, {"known_since": 1},
                                     session=within and within.session)
        return [each["_id"] for each in sorted(found, key=_age)]

    def wards(self, guardian_refs: Iterable[str], *,
              within: Transaction | None = None) -> list[KeptPerson]:
        """For whom one of these was named as the guardian at first, and who was not forgotten."""
        wanted = list(guardian_refs)
        if not wanted:
            return []
        found = self._documents.find({"ward_of": {"$in": wanted}},
                                     session=within and within.session)
        return [_person(each) for each in sorted(found, key=_age) if each["contact"]]

    def unnumbered(self, limit: int, *, within: Transaction) -> list[KeptPerson]:
        """Some who were kept before telephones had a keyed hash of their own."""
        found = self._documents.find({"number": {"$exists": False}}, session=within.session)
        return [_person(each) for each in found.limit(limit)]

    def add(self, people: Sequence[tuple[str, KeptPerson]], *, within: Transaction) -> None:
        """Keeps new people under their digests. Raises LostRace when one became known meanwhile."""
        if not people:
            return
        identities = [{"_id": digest, "person_ref": each.person_ref} for digest, each in people]
        documents = [_document(each) for _, each in people]
        with first_come():
            self._identities.insert_many(identities, ordered=False, session=within.session)
        self._documents.insert_many(documents, ordered=False, session=within.session)

    def change(self, person_ref: str, changes: Document, *, within: Transaction) -> None:
        """Sets these fields."""
        self._documents.update_one({"_id": person_ref}, {"$set": changes}, session=within.session)

    def left(self, child_ref: str, *, within: Transaction) -> None:
        """A guardian is none any more: two who go at once meet in the child's document."""
        self._documents.update_one({"_id": child_ref}, {"$inc": {"ties": 1}},
                                   session=within.session)

    def identify(self, person_ref: str, old: str, new: str, *, within: Transaction) -> None:
        """The person is found by the digest `new` and no longer by `old`; either may be so already.

        Raises LostRace when somebody is found by `new` meanwhile.
        """
        self._identities.delete_one({"_id": old, "person_ref": person_ref}, session=within.session)
        with first_come():
            self._identities.update_one({"_id": new, "person_ref": person_ref},
                                        {"$set": {"person_ref": person_ref}}, upsert=True,
                                        session=within.session)

    def engage(self, person_refs: Sequence[str], engagement: Engagement, *,
               within: Transaction) -> None:
        """Adds the engagement to each. Raises LostRace when one of them has it by now."""
        if not person_refs:
            return
        added = {"$each": [vars(engagement)], "$slice": -KEPT_ENGAGEMENTS}
        outcome = self._documents.update_many(
            {"_id": {"$in": list(person_refs)},
             "engagements.session_id": {"$ne": engagement.session_id}},
            {"$push": {"engagements": added}}, session=within.session,
        )
        if outcome.matched_count != len(person_refs):
            raise LostRace("engagements")

    def disengage(self, person_refs: Sequence[str], session_id: str, *,
                  within: Transaction) -> None:
        """Takes the session off each one's engagements. Safe to repeat."""
        self._documents.update_many(
            {"_id": {"$in": list(person_refs)}},
            {"$pull": {"engagements": {"session_id": session_id}}}, session=within.session,
        )

    def reengage(self, person_refs: Sequence[str], engagement: Engagement, *,
                 within: Transaction) -> None:
        """The session has other times now."""
        self._documents.update_many(
            {"_id": {"$in": list(person_refs)}, "engagements.session_id": engagement.session_id},
            {"$set": {"engagements.$": vars(engagement)}}, session=within.session,
        )

    def forget(self, person_refs: Sequence[str], *, within: Transaction) -> None:
        """Erases contact, identity and qualifications; the pseudonym stays, so that what was
        counted still counts. Safe to repeat.
        """
        chosen = {"$in": list(person_refs)}
        self._identities.delete_many({"person_ref": chosen}, session=within.session)
        gone: Document = {"contact": None, "is_dated": False, "guardian_ref": None,
                          "qualifications": [], "number": None, "ward_of": None}
        self._documents.update_many({"_id": chosen}, {"$set": gone}, session=within.session)


def _age(document: Document) -> tuple[datetime, str]:
    return document["known_since"], document["_id"]


def _document(person: KeptPerson) -> Document:
    fields = dict(vars(person))
    fields["engagements"] = [vars(each) for each in person.engagements]
    fields["qualifications"] = list(person.qualifications)
    return {"_id": fields.pop("person_ref"), **fields}


def _person(document: Document) -> KeptPerson:
    fields = dict(document)
    fields["engagements"] = tuple(Engagement(**each) for each in fields["engagements"])
    fields["qualifications"] = tuple(fields["qualifications"])
    return KeptPerson(person_ref=fields.pop("_id"), **fields)
