"""Staff look at persons: only caseworkers, at minors only with a ticket, every look kept (C-28)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.broken import TicketNeeded, UnknownRecord, UnknownVolunteer
from services.volunteers.domain.people.document import DocumentType, read_document
from services.volunteers.domain.people.requests import Request, decide, opens
from services.volunteers.domain.people.volunteer import Identity, Volunteer
from services.volunteers.store.people.reads import Read
from services.volunteers.store.people.volunteers import contact_key, document_key, reference_key
from services.volunteers.usecases.people.hearing import contact_digest
from services.volunteers.usecases.people.register import Register


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A volunteer with what the look opened."""

    volunteer: Volunteer
    identity: Identity


def look(register: Register, volunteer_no: str, what: str, *, acting: Acting,
         ticket: str | None = None, reason: str | None = None) -> Looked:
    """Opens an identity for a caseworker and keeps that it was opened, in one commit.

    A guardian's name and number are not in it. Raises UnknownVolunteer, ProcessingStopped, and
    TicketNeeded for somebody under eighteen today without an approved ticket of the one who looks.
    """
    def work(transaction: Transaction) -> Looked:
        volunteer = register.active(volunteer_no, within=transaction)
        identity = register.opened(volunteer_no, within=transaction)
        used = None
        if identity.is_minor(local_day(transaction.now)):
            used = register.people.requests.one(ticket, "read", within=transaction) \
                if ticket else None
            if not opens(used, acting, volunteer_no, transaction.now):
                raise TicketNeeded
        read = Read(volunteer_no=volunteer_no, at=transaction.now, by=acting.actor, what=what,
                    reason=used.reason if used else reason,
                    ticket=used.request_id if used else None)
        register.people.reads.add(read, within=transaction)
        transaction.note({}, {"opened": what, "ticket": read.ticket})
        bare = replace(identity, guardian_name=None, guardian_phone=None)
        return Looked(volunteer=volunteer, identity=bare)

    return register.transactions.run(work)


def find_by_reference(register: Register, person_ref: str) -> Volunteer:
    """Who registered with the reference. Raises UnknownVolunteer."""
    found = register.registered(person_ref)
    if found is None:
        raise UnknownVolunteer
    return found


def find_by_document(register: Register, type: DocumentType, written: str, *,
                     acting: Acting) -> Volunteer:
    """Whose document lies on the counter; that it was looked for is kept (C-28).

    Raises BadDocument, UnknownVolunteer.
    """
    document = read_document(type, written, today=register.today())
    key = document_key(register.vault.digest(document.identity))
    return _find(register, lambda _: [key], "document", acting)


def find_by_contact(register: Register, name: str, phone: str, *, acting: Acting) -> Volunteer:
    """Who told this name with this telephone, both normalised; that it was looked for is kept.

    There is no list of names to look through: a keyed hash of both leads to a reference that
    events told, or to who registered without one. Raises UnknownVolunteer (C-28).
    """
    digest = contact_digest(register.vault, name, phone)

    def keys(transaction: Transaction) -> list[str]:
        ref = register.people.contacts.reference(digest, within=transaction)
        return [contact_key(digest), *([reference_key(ref)] if ref else [])]

    return _find(register, keys, "contact", acting)


def _find(register: Register, keys: Callable[[Transaction], list[str]], what: str,
          acting: Acting) -> Volunteer:
    def work(transaction: Transaction) -> Volunteer:
        number = register.people.volunteers.number_by(*keys(transaction), within=transaction)
        if number is None:
            raise UnknownVolunteer
        read = Read(volunteer_no=number, at=transaction.now, by=acting.actor, what=what)
        register.people.reads.add(read, within=transaction)
        transaction.note({}, {"found_by": what, "volunteer_no": number})
        return register.known(number, within=transaction)

    return register.transactions.run(work)


def ask_ticket(register: Register, volunteer_no: str, *, reason: str, acting: Acting,
               once: Once | None = None) -> Answer:
    """Asks to look at a minor's data; other eyes decide. Raises UnknownVolunteer."""
    def work(transaction: Transaction) -> Answer:
        register.active(volunteer_no, within=transaction)
        request = Request(request_id=transaction.new_id(), kind="read", asked_by=acting.actor,
                          asked_at=transaction.now, reason=reason, volunteer_no=volunteer_no)
        register.people.requests.add(request, within=transaction)
        return _answer(request)

    return register.write(once, work)


def decide_ticket(register: Register, request_id: str, *, approve: bool, reason: str,
                  acting: Acting, once: Once | None = None) -> Answer:
    """Approves for a while, or refuses.

    Raises UnknownRecord, AlreadyDecided, SelfMade, SelfConcerned.
    """
    def work(transaction: Transaction) -> Answer:
        request = register.people.requests.one(request_id, "read", within=transaction)
        if request is None or request.volunteer_no is None:
            raise UnknownRecord
        volunteer = register.known(request.volunteer_no, within=transaction)
        decided = decide(
            request, approve=approve, reason=reason, acting=acting,
            concerned=volunteer.person_refs, now=transaction.now, lasts=register.policy.ticket,
        )
        register.people.requests.replace(decided, within=transaction)
        transaction.note({"state": request.state},
                         {"state": decided.state, "volunteer_no": decided.volunteer_no})
        return _answer(decided)

    return register.write(once, work)


def _answer(request: Request) -> dict[str, Any]:
    return {"request_id": request.request_id, "state": request.state,
            "volunteer_no": request.volunteer_no,
            "until": request.until and request.until.isoformat()}


def ticket(register: Register, request_id: str) -> Request:
    """A look that was asked for, decided or not. Raises UnknownRecord."""
    found = register.people.requests.one(request_id, "read")
    if found is None:
        raise UnknownRecord
    return found


def open_tickets(register: Register) -> list[Request]:
    """Those that wait for other eyes."""
    return register.people.requests.pending("read")


def looks(register: Register, volunteer_no: str) -> list[Read]:
    """Who looked, the latest first. Raises UnknownVolunteer."""
    register.known(volunteer_no)
    return register.people.reads.of(volunteer_no)
