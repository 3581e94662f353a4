"""Registration: one person by document is one volunteer (C-25, C-27, C-33 to C-35)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people import consent
from services.volunteers.domain.people.broken import AlreadyAVolunteer, ConsentNeeded, OldText
from services.volunteers.domain.people.document import Document, DocumentType, read_document
from services.volunteers.domain.people.records import Record
from services.volunteers.domain.people.volunteer import (
    Guardian,
    Identity,
    Volunteer,
    birth_date_of,
    check_guardian,
    number_from,
)
from services.volunteers.store.people.volunteers import contact_key, document_key, reference_key
from services.volunteers.texts import texts
from services.volunteers.usecases.people.codes import code_of
from services.volunteers.usecases.people.hearing import contact_digest, proven_reference
from services.volunteers.usecases.people.lines import new_record
from services.volunteers.usecases.people.register import HOUR, Register


@dataclass(frozen=True, kw_only=True)
class Application:
    """What somebody who registers says; `phone` is normalised.

    `person_ref`: None for who never signed up for anything, or does not know it.
    """

    person_ref: str | None
    name: str = field(repr=False)
    phone: str = field(repr=False)
    document_type: DocumentType
    document_number: str = field(repr=False)
    birth_date: date | None = None
    guardian: Guardian | None = None
    consents: tuple[str, ...] = ()
    text_version: str = ""


def register_volunteer(register: Register, asked: Application, *, acting: Acting,
                       once: Once | None = None) -> Answer:
    """Keeps a new volunteer; answers `{volunteer_no, person_ref, code}`.

    `code` opens their own data and is told this once. A reference is taken from a resident only
    when events told it with the same name and number; without one it is looked up by them, now and
    when they first sign up. Raises TooManyTries, BadDocument, BirthDateNeeded, BirthDateDiffers,
    ImplausibleAge, GuardianConsentNeeded, ConsentNeeded, UnknownPurpose, OldText, ReferenceUnproven
    and AlreadyAVolunteer, which says the same for a known document as for a reference that is
    taken. Safe to repeat with the key.
    """
    today = register.today()
    register.take("register", acting.counted_at, most=register.policy.registrations_per_address,
                  seconds=HOUR)
    document = read_document(asked.document_type, asked.document_number, today=today)
    born = birth_date_of(document, asked.birth_date, today=today, oldest=register.policy.oldest)
    check_guardian(born, asked.guardian, today=today, staff=acting.staff)
    _check_texts(register, asked)
    digest = register.vault.digest(document.identity)
    register.take_document("document", digest, acting, once)
    identity = _identity(asked, document, born)
    sealed = register.sealed(identity)

    def work(transaction: Transaction) -> Answer:
        ref = proven_reference(register, asked.person_ref, asked.name, asked.phone, acting,
                               transaction)
        contact = contact_digest(register.vault, asked.name, asked.phone)
        keys = (document_key(digest), reference_key(ref) if ref else contact_key(contact))
        if register.people.volunteers.number_by(*keys, within=transaction):
            raise AlreadyAVolunteer
        volunteer = _new(ref, acting, transaction)
        register.people.volunteers.add(volunteer, sealed, keys, within=transaction)
        register.people.records.add(*_words(volunteer, asked, acting, transaction),
                                    within=transaction)
        return {"volunteer_no": volunteer.volunteer_no, "person_ref": ref,
                "serial": volunteer.code_serial}

    answer = dict(register.write(once, work))  # what is kept holds no code
    return {"code": code_of(register.vault, answer.pop("serial")), **answer}


def _check_texts(register: Register, asked: Application) -> None:
    for purpose in asked.consents:
        consent.check_word(purpose, asked.text_version, given=True, current=texts().version,
                           receivers=register.policy.receivers)
    if "id_number" not in asked.consents:
        raise ConsentNeeded
    if asked.guardian and asked.guardian.text_version != texts().version:
        raise OldText(texts().version)


def _identity(asked: Application, document: Document, born: date) -> Identity:
    guardian = asked.guardian
    return Identity(
        name=asked.name, phone=asked.phone, birth_date=born, document_type=document.type,
        number=document.number, guardian_name=guardian.name if guardian else None,
        guardian_phone=guardian.phone if guardian else None,
    )


def _new(person_ref: str | None, acting: Acting, transaction: Transaction) -> Volunteer:
    return Volunteer(
        volunteer_no=number_from(transaction.new_id()),
        person_refs=(person_ref,) if person_ref else (),
        registered_at=transaction.now, registered_by=acting.actor,
        code_serial=transaction.new_id(),
    )


def _words(volunteer: Volunteer, asked: Application, acting: Acting,
           transaction: Transaction) -> list[Record]:
    """The consents given with the registration, the guardian's with version, time and method."""
    number = volunteer.volunteer_no
    lines = [
        new_record(number, "consent",
                   {"purpose": purpose, "given": True, "version": asked.text_version}, acting,
                   transaction)
        for purpose in dict.fromkeys(asked.consents)
    ]
    if guardian := asked.guardian:
        values = {"version": guardian.text_version, "method": guardian.method,
                  "relation": guardian.relation}
        lines.append(new_record(number, "guardian_consent", values, acting, transaction,
                                evidence=guardian.evidence))
    return lines
