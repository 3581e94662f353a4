"""Certificates as issued: documents to domain and back, and how they are counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.volunteers.domain.certificates.broken import UnknownCertificate
from services.volunteers.domain.certificates.certificate import (
    Certificate,
    Credit,
    Holder,
    Issuer,
    Revocation,
    masked,
)

INDEXES: Mapping[str, list[IndexModel]] = {
    "certificates": [IndexModel([("person_ref", ASCENDING)], name="of_person")],
    "certificate_numbers": [],
}
Document = dict[str, Any]


class NamesOnPaper:
    """Whose names certificates bear, to be forgotten when a person is (C-29)."""

    def __init__(self, database: Database[Document]) -> None:
        self._certificates = database["certificates"]

    def forget(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """The papers go on verifying with the masked name; reprints bear no other."""
        self._certificates.update_many(
            {"person_ref": {"$in": list(person_refs)}},
            {"$set": {"name": None, "document": None, "purpose": None}}, session=within.session,
        )


class Certificates:
    """Collections `certificates` (by serial) and `certificate_numbers` (the last one of a year).

    Name, document, purpose and the reason of a revocation are sealed. Of the code only a keyed
    hash is kept: whoever reads the database cannot verify.
    """

    def __init__(self, database: Database[Document], vault: Sealing) -> None:
        self._certificates = database["certificates"]
        self._numbers = database["certificate_numbers"]
        self._vault = vault

    def next_number(self, year: int, *, within: Transaction) -> int:
        """1, 2, … within a year, without a gap: a transaction that fails uses none up."""
        counted = self._numbers.find_one_and_update(
            {"_id": year}, {"$inc": {"last": 1}}, upsert=True, session=within.session,
            return_document=ReturnDocument.AFTER,
        )
        return int(counted["last"])

    def add(self, certificate: Certificate, *, mark: str, within: Transaction) -> None:
        """A new one with the keyed hash of its code."""
        self._certificates.insert_one(self._document(certificate) | {"mark": mark},
                                      session=within.session)

    def mark(self, serial: str) -> str | None:
        """The keyed hash of the code, and nothing else; None for no such serial."""
        with available():
            found = self._certificates.find_one({"_id": serial}, {"mark": 1})
        return str(found["mark"]) if found else None

    def one(self, serial: str, *, within: Transaction | None = None) -> Certificate:
        """Raises UnknownCertificate."""
        session = within.session if within else None
        with available():
            found = self._certificates.find_one({"_id": serial}, session=session)
        if found is None:
            raise UnknownCertificate
        return self._certificate(found)

    def of_person(self, person_ref: str) -> list[Certificate]:
        """Newest first."""
        with available():
            found = list(self._certificates.find({"person_ref": person_ref}))
        certificates = [self._certificate(document) for document in found]
        return sorted(certificates, key=lambda each: (each.issued_at, each.serial), reverse=True)

    def keep_revocation(self, certificate: Certificate, *, within: Transaction) -> None:
        """The revocation of one that has none; a second one meets no document."""
        assert certificate.revocation
        kept = vars(certificate.revocation) | {
            "reason": self._vault.seal(certificate.revocation.reason)
        }
        self._certificates.update_one(
            {"_id": certificate.serial, "revocation": None}, {"$set": {"revocation": kept}},
            session=within.session,
        )

    def _document(self, certificate: Certificate) -> Document:
        return {
            "_id": certificate.serial,
            "person_ref": certificate.person_ref,
            "name": self._vault.seal(certificate.holder.name),
            "masked": self._vault.seal(masked(certificate.holder.name)),
            "document": self._sealed(certificate.holder.document),
            "issuer": vars(certificate.issuer),
            "first": certificate.first and certificate.first.isoformat(),
            "last": certificate.last.isoformat(),
            "issued_at": certificate.issued_at,
            "issued_by": certificate.issued_by,
            "credits": [vars(credit) for credit in certificate.credits],
            "purpose": self._sealed(certificate.purpose),
            "revocation": None,
        }

    def _certificate(self, document: Document) -> Certificate:
        revocation = document["revocation"]
        return Certificate(
            serial=document["_id"],
            person_ref=document["person_ref"],
            holder=Holder(name=self._vault.open(document["name"] or document["masked"]),
                          document=self._opened(document["document"])),
            issuer=Issuer(**document["issuer"]),
            first=date.fromisoformat(document["first"]) if document["first"] else None,
            last=date.fromisoformat(document["last"]),
            issued_at=document["issued_at"],
            issued_by=document["issued_by"],
            credits=tuple(Credit(**credit) for credit in document["credits"]),
            purpose=self._opened(document["purpose"]),
            revocation=revocation and Revocation(
                **revocation | {"reason": self._vault.open(revocation["reason"])}
            ),
        )

    def _sealed(self, text: str | None) -> Binary | None:
        return self._vault.seal(text) if text else None

    def _opened(self, sealed: Binary | None) -> str | None:
        return self._vault.open(sealed) if sealed else None
