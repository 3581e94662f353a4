"""One's own data: correct it, say what one can do, delete it (C-29)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contracts.volunteers_people import PersonForgotten
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.usecases.people.consenting import forget_consents
from services.volunteers.usecases.people.lines import new_record
from services.volunteers.usecases.people.qualifying import forget_held
from services.volunteers.usecases.people.register import Register

OWN_WORDS = ("skills",)  # consents stay: they prove what was allowed, and name nobody


def correct(register: Register, volunteer_no: str, *, name: str | None = None,
            phone: str | None = None, once: Once | None = None) -> Answer:
    """Another name or telephone; None stays as it is. The document cannot be exchanged: a wrong one
    is put right by deletion and a new registration. Raises ProcessingStopped."""
    def work(transaction: Transaction) -> Answer:
        amend(register, volunteer_no, name=name, phone=phone, within=transaction)
        given = {"name": name, "phone": phone}
        return {"volunteer_no": volunteer_no,
                "corrected": [field for field, value in given.items() if value]}

    return register.write(once, work)


def amend(register: Register, volunteer_no: str, *, name: str | None, phone: str | None,
          within: Transaction) -> None:
    """Seals the identity with another name or telephone. Raises ProcessingStopped."""
    register.active(volunteer_no, within=within)
    identity = register.opened(volunteer_no, within=within)
    changed = replace(identity, name=name or identity.name, phone=phone or identity.phone)
    register.people.volunteers.seal(volunteer_no, register.sealed(changed), within=within)


def tell_skills(register: Register, volunteer_no: str, skills: Iterable[str], *,
                acting: Acting, once: Once | None = None) -> Answer:
    """These and no others, as the volunteer says (专业技能). Raises ProcessingStopped."""
    told = list(dict.fromkeys(skills))

    def work(transaction: Transaction) -> Answer:
        register.active(volunteer_no, within=transaction)
        line = new_record(volunteer_no, "skills", {"skills": told}, acting, transaction)
        register.people.records.add(line, within=transaction)
        return {"volunteer_no": volunteer_no, "skills": told}

    return register.write(once, work)


def delete(register: Register, volunteer_no: str, *, once: Once | None = None) -> None:
    """Erases the identity, the way to it and the person's own words; the pseudonym stays.

    Hours stay with the references, training, honours and ratings with the number, so that what was
    published stays true (人次, 人数, 时长 of closed periods). Nothing leads from a reference to
    the number any more, so the person may come back as somebody new. Safe to repeat.
    """
    def work(transaction: Transaction) -> Answer:
        volunteer = register.known(volunteer_no, within=transaction)
        erase(register, volunteer, transaction)
        return {"volunteer_no": volunteer_no}

    register.write(once, work)


def erase(register: Register, volunteer: Volunteer, transaction: Transaction) -> None:
    """Within a transaction: what `delete` and the retention job do; the other services are told."""
    number = volunteer.volunteer_no
    forget_held(volunteer, transaction)
    forget_consents(register, volunteer, transaction)
    register.people.volunteers.seal(number, None, within=transaction)
    register.people.volunteers.unbind(number, within=transaction)
    register.people.records.erase(number, OWN_WORDS, within=transaction)
    register.people.names.forget(volunteer.person_refs, within=transaction)
    register.people.contacts.forget(volunteer.person_refs, within=transaction)
    register.people.papers.forget(volunteer.person_refs, within=transaction)
    if volunteer.state != "erased":
        for ref in volunteer.person_refs:
            transaction.emit(PersonForgotten(person_ref=ref))
    register.people.volunteers.replace(
        replace(volunteer, state="erased", held={}, code_serial=transaction.new_id()),
        within=transaction,
    )
