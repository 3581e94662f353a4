"""Guardians' consents as documents; the code that opens one is kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace
from kernel.transaction import Transaction
from services.events.domain.consent import Consent

INDEXES: Mapping[str, list[IndexModel]] = {
    "consents": [
        IndexModel([("registration_id", ASCENDING)]),
        IndexModel([("guardian_ref", ASCENDING)]),
    ],
}
Document = dict[str, Any]


class Consents:
    """Collection `consents`, by the keyed hash of the code."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["consents"]

    def add(self, consents: Iterable[Consent], *, within: Transaction) -> None:
        """Keeps new ones."""
        documents = [_document(each) for each in consents]
        if documents:
            self._documents.insert_many(documents, session=within.session)

    def one(self, consent_id: str, *, within: Transaction | None = None) -> Consent | None:
        """The consent, None when there is none."""
        found = self._documents.find_one({"_id": consent_id}, session=within and within.session)
        return _consent(found) if found else None

    def of_registration(self, registration_id: str, *,
                        within: Transaction | None = None) -> list[Consent]:
        """All that was ever asked about the registration, oldest first."""
        found = self._documents.find(
            {"registration_id": registration_id}, session=within and within.session
        )
        return [_consent(each) for each in found.sort("requested_at", ASCENDING)]

    def of_registrations(self, registration_ids: Iterable[str]) -> list[Consent]:
        """All that was ever asked about these registrations."""
        found = self._documents.find({"registration_id": {"$in": list(registration_ids)}})
        return [_consent(each) for each in found]

    def of_guardian(self, guardian_ref: str) -> list[Consent]:
        """All that this guardian was ever asked."""
        return [_consent(each) for each in self._documents.find({"guardian_ref": guardian_ref})]

    def standing(self, registration_ids: Iterable[str]) -> list[Consent]:
        """Those of these registrations that are asked for or given, and so hold for now."""
        found = self._documents.find(
            {"registration_id": {"$in": list(registration_ids)},
             "state": {"$in": ["requested", "given"]}}
        )
        return [_consent(each) for each in found]

    def some(self, consent_ids: Iterable[str]) -> dict[str, Consent]:
        """Those of these consents that exist, by id."""
        found = self._documents.find({"_id": {"$in": list(consent_ids)}})
        return {each["_id"]: _consent(each) for each in found}

    def change(self, before: Consent, after: Consent, *, within: Transaction) -> None:
        """Saves the state. Raises LostRace when it changed meanwhile."""
        outcome = self._documents.update_one(
            {"_id": before.consent_id, "state": before.state},
            {"$set": {"state": after.state, "decided_at": after.decided_at,
                      "method": after.method}},
            session=within.session,
        )
        if outcome.matched_count != 1:
            raise LostRace(f"consent of registration {before.registration_id}")


def _document(consent: Consent) -> Document:
    fields = dict(vars(consent))
    return {"_id": fields.pop("consent_id"), **fields, "children": list(consent.children)}


def _consent(document: Document) -> Consent:
    fields = dict(document)
    fields["children"] = tuple(fields["children"])
    return Consent(consent_id=fields.pop("_id"), **fields)
