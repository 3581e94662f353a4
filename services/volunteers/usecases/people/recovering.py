"""The way back to an account: asked by anybody, decided by staff, nothing rewritten (C-35)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.volunteers_people import AccountRecovered
from kernel.answers import Answer, Once
from kernel.contact import masked_phone
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.broken import NoMatch, ReferenceTaken, UnknownRecord
from services.volunteers.domain.people.document import DocumentType, read_document
from services.volunteers.domain.people.requests import Request, decide
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.store.people.volunteers import document_key, reference_key
from services.volunteers.usecases.people.codes import code_of
from services.volunteers.usecases.people.consenting import tell_consents
from services.volunteers.usecases.people.hearing import proven_reference
from services.volunteers.usecases.people.qualifying import tell_held
from services.volunteers.usecases.people.register import HOUR, Register


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who says that the account behind this document is theirs; `person_ref`: a new one, if any."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    document_type: DocumentType
    document_number: str = field(repr=False)
    person_ref: str | None = None
    reason: str = ""


def ask_recovery(register: Register, asked: Asked, *, acting: Acting,
                 once: Once | None = None) -> Answer:
    """Keeps a request; answers `{request_id, state, code}`, the same for a document nobody has.

    The code opens the account once the request is approved, and nothing before. A resident's
    reference is proven as at registration. Raises BadDocument, TooManyTries, ReferenceUnproven. The
    request keeps a keyed hash of the document, never its number.
    """
    document = read_document(asked.document_type, asked.document_number, today=register.today())
    digest = register.vault.digest(document.identity)
    register.take("recover", acting.counted_at, most=register.policy.registrations_per_address,
                  seconds=HOUR)
    register.take_document("recover document", digest, acting, once)
    contact = register.vault.seal(json.dumps([asked.name, asked.phone]))

    def work(transaction: Transaction) -> Answer:
        ref = proven_reference(register, asked.person_ref, asked.name, asked.phone, acting,
                               transaction)
        request = Request(
            request_id=transaction.new_id(), kind="recovery", asked_by=acting.actor,
            asked_at=transaction.now, reason=asked.reason, document_digest=digest,
            person_ref=ref,
        )
        register.people.requests.add(request, contact, within=transaction)
        return {"request_id": request.request_id, "state": request.state}

    answer = register.write(once, work)
    return {**answer, "code": code_of(register.vault, answer["request_id"])}


def recovery(register: Register, request_id: str) -> Request:
    """A request by its id, for whoever asked. Raises UnknownRecord."""
    found = register.people.requests.one(request_id, "recovery")
    if found is None:
        raise UnknownRecord
    return found


def open_recoveries(register: Register) -> list[dict[str, Any]]:
    """What waits for a decision, for caseworkers: who asks, and whether somebody matches.

    Each `{request, name, phone_masked, volunteer_no, same_name, same_phone}`.
    """
    return [_beside(register, each) for each in register.people.requests.pending("recovery")]


def beside(register: Register, request_id: str) -> dict[str, Any]:
    """One request as `open_recoveries` shows it, decided or not. Raises UnknownRecord."""
    return _beside(register, recovery(register, request_id))


def _beside(register: Register, request: Request) -> dict[str, Any]:
    sealed = register.people.requests.contact(request.request_id)
    name, phone = json.loads(register.vault.open(sealed)) if sealed else ("", "")
    found = _match(register, request)
    there = register.opened(found.volunteer_no) if found and found.state == "active" else None
    return {
        "request": request, "name": name, "phone_masked": masked_phone(phone),
        "volunteer_no": found.volunteer_no if found else None,
        "same_name": there is not None and there.name == name,
        "same_phone": there is not None and there.phone == phone,
    }


def _match(register: Register, request: Request, *,
           within: Transaction | None = None) -> Volunteer | None:
    people = register.people.volunteers
    number = people.number_by(document_key(str(request.document_digest)), within=within)
    return people.one(number, within=within) if number else None


def decide_recovery(register: Register, request_id: str, *, approve: bool, reason: str,
                    acting: Acting, once: Once | None = None) -> Answer:
    """Binds the new telephone, code and reference to the volunteer, or refuses with a reason.

    Hours of all references are then shown as one; no entry of the ledger is touched. That the
    telephone of the old ones is another's by now is told. Raises
    UnknownRecord, AlreadyDecided, SelfMade, SelfConcerned, NoMatch, ReferenceTaken,
    ProcessingStopped.
    """
    def work(transaction: Transaction) -> Answer:
        request = register.people.requests.one(request_id, "recovery", within=transaction)
        if request is None:
            raise UnknownRecord
        found = _match(register, request, within=transaction)
        refs = found.person_refs if found else ()
        concerned = (*refs, *filter(None, [request.person_ref]))
        decided = decide(request, approve=approve, reason=reason, acting=acting,
                         concerned=concerned, now=transaction.now)
        if approve:
            if found is None:
                raise NoMatch
            _bind(register, found, request, transaction)
            decided = replace(decided, volunteer_no=found.volunteer_no)
        register.people.requests.replace(decided, within=transaction)
        transaction.note({"state": request.state},
                         {"state": decided.state, "volunteer_no": decided.volunteer_no})
        return {"request_id": request_id, "state": decided.state,
                "volunteer_no": decided.volunteer_no}

    return register.write(once, work)


def _bind(register: Register, found: Volunteer, request: Request,
          transaction: Transaction) -> None:
    number = register.active(found.volunteer_no, within=transaction).volunteer_no
    sealed = register.people.requests.contact(request.request_id, within=transaction)
    phone = json.loads(register.vault.open(sealed))[1] if sealed else None
    identity = register.opened(number, within=transaction)
    changed = replace(identity, phone=phone or identity.phone)
    if changed.phone != identity.phone:
        for ref in found.person_refs:
            if ref != request.person_ref:
                transaction.emit(AccountRecovered(person_ref=ref, now_ref=request.person_ref))
    register.people.volunteers.seal(number, register.sealed(changed), within=transaction)
    refs = found.person_refs
    if request.person_ref and request.person_ref not in refs:
        key = reference_key(request.person_ref)
        if register.people.volunteers.number_by(key, within=transaction):
            raise ReferenceTaken
        register.people.volunteers.bind(key, number, within=transaction)
        tell_held(found, transaction, to=(request.person_ref,))
        tell_consents(register, found, transaction, to=(request.person_ref,))
        refs = (*refs, request.person_ref)
    bound = replace(found, person_refs=refs, code_serial=request.request_id)
    register.people.volunteers.replace(bound, within=transaction)
