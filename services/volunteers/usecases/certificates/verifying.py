"""Verifying a certificate (C-22, C-23), and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

from contracts.volunteers_certificates import CertificateRevoked
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.certificates import certificate as rules
from services.volunteers.domain.certificates import numbering
from services.volunteers.domain.certificates.broken import UnknownCertificate
from services.volunteers.domain.certificates.certificate import Certificate, Revocation, Status
from services.volunteers.usecases.certificates import limiting
from services.volunteers.usecases.certificates.application import Certification

_NO_MARK = "0" * 64  # compared with when there is none, so that both take as long


@dataclass(frozen=True, kw_only=True)
class Verified:
    """All that a stranger learns (C-22)."""

    status: Status
    name_masked: str
    hours: int | float
    issuer: str


def verify(app: Certification, *, serial: str, code: str, by: Acting) -> Verified:
    """What the certificate is worth now. Raises UnknownCertificate, TooManyTries.

    Unknown and wrong are the same, also in time: the same look-up and comparison come first, and
    the certificate is read only once the code is right.
    """
    limiting.count_check(app, by)
    read = numbering.read_serial(serial) or ""
    kept = app.store.mark(read)
    is_right = compare_digest(app.mark(numbering.read_code(code)), kept or _NO_MARK)
    if not (kept and is_right):
        limiting.count_wrong_check(app, by)
        raise UnknownCertificate
    certificate = app.store.one(read)
    return Verified(
        status=status(app, certificate), name_masked=rules.masked(certificate.holder.name),
        hours=certificate.hours, issuer=certificate.issuer.name,
    )


def status(app: Certification, certificate: Certificate) -> Status:
    """Worked out of the ledger at every call, so that a correction supersedes at once (C-23)."""
    effective = app.ledger(certificate.person_ref, first=certificate.first, last=certificate.last)
    return rules.status_of(certificate, effective)


def list_of(app: Certification, person_ref: str) -> list[tuple[Certificate, Status]]:
    """A person's certificates with their status, newest first; for staff."""
    return [(each, status(app, each)) for each in app.store.of_person(person_ref)]


def revoke(app: Certification, serial: str, reason: str, *, by: Acting,
           once: Once | None = None, correlation: str | None = None) -> Answer:
    """Staff take a certificate back; who and why are kept. Raises UnknownCertificate,
    AlreadyRevoked."""

    def work(transaction: Transaction) -> Answer:
        before = app.store.one(numbering.read_serial(serial) or "", within=transaction)
        taken_back = Revocation(at=transaction.now, by=by.actor, reason=reason)
        after = rules.revoked(before, taken_back)
        app.store.keep_revocation(after, within=transaction)
        transaction.note({"status": "valid"}, {"status": "revoked", "serial": after.serial})
        transaction.emit(
            CertificateRevoked(serial=after.serial, person_ref=after.person_ref),
            correlation=correlation,
        )
        return {"serial": after.serial, "status": "revoked"}

    return app.transactions.write(once, work)
