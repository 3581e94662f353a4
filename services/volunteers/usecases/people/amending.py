"""Another name or telephone, asked for at the desk and decided by other eyes (C-17, C-29)."""

from __future__ import annotations

import json
from typing import Any

from kernel.answers import Answer, Once
from kernel.contact import masked_phone
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.broken import BadField, UnknownRecord
from services.volunteers.domain.people.requests import Request, decide
from services.volunteers.usecases.people.owning import amend
from services.volunteers.usecases.people.register import Register


def ask_amendment(register: Register, volunteer_no: str, *, reason: str, name: str | None = None,
                  phone: str | None = None, acting: Acting, once: Once | None = None) -> Answer:
    """Keeps what a volunteer's name or telephone is to be; None stays. Nothing changes yet.

    Answers `{request_id, state, volunteer_no}`. Who has the code puts it right alone; at the desk a
    second person decides, for a name is printed on certificates and a telephone leads to a person.
    Raises UnknownVolunteer, ProcessingStopped, BadField without either.
    """
    if name is None and phone is None:
        raise BadField("name", "请填写新的姓名或手机号")
    contact = register.vault.seal(json.dumps([name, phone]))

    def work(transaction: Transaction) -> Answer:
        register.active(volunteer_no, within=transaction)
        request = Request(request_id=transaction.new_id(), kind="amendment",
                          asked_by=acting.actor, asked_at=transaction.now, reason=reason,
                          volunteer_no=volunteer_no)
        register.people.requests.add(request, contact, within=transaction)
        return _answer(request)

    return register.write(once, work)


def open_amendments(register: Register) -> list[dict[str, Any]]:
    """What waits for a decision, as `amendment` shows each."""
    return [_told(register, each) for each in register.people.requests.pending("amendment")]


def amendment(register: Register, request_id: str) -> dict[str, Any]:
    """One request as `{request, name, phone_masked}`, of what is to be; None where it stays.

    What is kept now is not opened for it (C-28). Raises UnknownRecord.
    """
    found = register.people.requests.one(request_id, "amendment")
    if found is None:
        raise UnknownRecord
    return _told(register, found)


def decide_amendment(register: Register, request_id: str, *, approve: bool, reason: str,
                     acting: Acting, once: Once | None = None) -> Answer:
    """Puts the name or telephone right, or leaves it.

    Raises UnknownRecord, AlreadyDecided, SelfMade, SelfConcerned, ProcessingStopped.
    """
    def work(transaction: Transaction) -> Answer:
        request = register.people.requests.one(request_id, "amendment", within=transaction)
        if request is None or request.volunteer_no is None:
            raise UnknownRecord
        volunteer = register.known(request.volunteer_no, within=transaction)
        decided = decide(request, approve=approve, reason=reason, acting=acting,
                         concerned=volunteer.person_refs, now=transaction.now)
        if approve:
            name, phone = _contact(register, request_id, transaction)
            amend(register, request.volunteer_no, name=name, phone=phone, within=transaction)
        register.people.requests.replace(decided, within=transaction)
        transaction.note({"state": request.state},
                         {"state": decided.state, "volunteer_no": decided.volunteer_no})
        return _answer(decided)

    return register.write(once, work)


def _contact(register: Register, request_id: str,
             transaction: Transaction | None = None) -> tuple[str | None, str | None]:
    sealed = register.people.requests.contact(request_id, within=transaction)
    name, phone = json.loads(register.vault.open(sealed)) if sealed else (None, None)
    return name, phone


def _told(register: Register, request: Request) -> dict[str, Any]:
    name, phone = _contact(register, request.request_id)
    return {"request": request, "name": name, "phone_masked": phone and masked_phone(phone)}


def _answer(request: Request) -> dict[str, Any]:
    return {"request_id": request.request_id, "state": request.state,
            "volunteer_no": request.volunteer_no}
