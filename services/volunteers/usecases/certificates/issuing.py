"""Issuing a certificate and printing it, as often as one likes (C-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.volunteers_certificates import CertificateIssued
from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.certificates import certificate as rules
from services.volunteers.domain.certificates import numbering
from services.volunteers.domain.certificates.broken import Incomplete, NotTheHolder
from services.volunteers.domain.certificates.certificate import Certificate, Holder, Order
from services.volunteers.paper.sheet import sheet_of
from services.volunteers.usecases.certificates import limiting
from services.volunteers.usecases.certificates.application import Certification


def issue(app: Certification, order: Order, *, name: str | None, by: Acting,
          once: Once | None = None, correlation: str | None = None) -> str:
    """The serial of a new certificate; with the same Idempotency-Key the one that it gave before.

    Raises Incomplete (C-21), TooLong, NotTheHolder, TooManyTries, NotPrintable, NoFont; nothing is
    kept then, and no number is used up.
    """
    limiting.count_issue(app, by)
    holder = identified(app, order.person_ref, name, by)
    asked = replace(order, by=by.actor)
    draft: Certificate | None = None

    def work(transaction: Transaction) -> Answer:
        nonlocal draft  # made by the first attempt: whoever meets another at the counter is quick
        draft = draft or _draft(app, asked, holder, at=transaction.now)
        number = app.store.next_number(local_day(draft.issued_at).year, within=transaction)
        serial = numbering.serial_of(local_day(draft.issued_at).year, number)
        certificate = replace(draft, serial=serial)
        app.store.add(certificate, mark=app.mark(app.code(serial)), within=transaction)
        transaction.emit(_fact(certificate), correlation=correlation)
        return {"serial": serial}

    return str(app.transactions.write(once, work)["serial"])


def _draft(app: Certification, order: Order, holder: Holder, *, at: datetime) -> Certificate:
    """A certificate without its number, printed once: what cannot be printed is not issued."""
    draft = rules.issued(
        order, serial=numbering.serial_of(local_day(at).year, 0), holder=holder,
        issuer=app.issuer, at=at, most=app.limits.lines,
        effective=app.ledger(order.person_ref, first=order.first, last=order.last),
    )
    printed(app, draft)
    return draft


def identified(app: Certification, person_ref: str, name: str | None, by: Acting) -> Holder:
    """Whom the certificate is about.

    A person_ref is no secret, facts carry it: so whoever is not staff shows that the name is
    known to them, and learns nothing by a wrong one; nor is staff told a minor's name (C-28).
    Staff may name a person of whom no name was heard, having seen the document. Who is signed in
    with the person's telephone has shown more than a name, and need not give it.

    Raises Incomplete, NotTheHolder, TooManyTries.
    """
    limiting.check_names(app, person_ref, by)
    is_own = person_ref in by.own
    if not name and not by.staff and not is_own:
        raise Incomplete({"name": "志愿者姓名：请填写登记的姓名"})
    known = app.holders(person_ref)
    if known and known.is_minor and not name and not is_own:
        raise Incomplete({"name": "志愿者姓名：未成年人的，请填写登记的姓名"})
    if known and (not name or rules.same_name(known.name, name)):
        return known
    if known or not by.staff:
        limiting.count_wrong_name(app, person_ref, by)
        raise NotTheHolder
    return Holder(name=name or "")


def pdf_of(app: Certification, serial: str) -> bytes:
    """The certificate as PDF, the same bytes at every call. Raises UnknownCertificate."""
    return printed(app, app.store.one(serial))


def printed(app: Certification, certificate: Certificate) -> bytes:
    """As PDF. Raises NotPrintable, NoFont."""
    code = app.code(certificate.serial)
    return app.press.certificate(sheet_of(certificate, code=code, verify_url=app.verify_url))


def _fact(certificate: Certificate) -> CertificateIssued:
    return CertificateIssued(
        serial=certificate.serial, person_ref=certificate.person_ref,
        first_day=certificate.begins_on, last_day=certificate.last, minutes=certificate.minutes,
    )
