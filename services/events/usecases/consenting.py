"""Guardians' consent: asked by SMS, given with the code, withdrawn as easily, asked anew."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts.events import ConsentDecided, ConsentRequested
from kernel.answers import Answer
from kernel.rights import Sight
from services.events.domain.broken import Full, UnknownConsent
from services.events.domain.consent import (
    ALPHABET,
    CODE_LENGTH,
    Consent,
    Decision,
    Method,
    consent_until,
    decide,
    normalise_code,
)
from services.events.domain.registration import LapseReason, Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events
from services.events.usecases.book import NOBODY, Book, Caller
from services.events.usecases.contacts import contacts_of, opened
from services.events.usecases.following import forget
from services.events.usecases.limiting import guarded
from services.events.usecases.parties import Identified, tell_contact
from services.events.usecases.telling import session_ref
from services.events.usecases.turns import change

GUARDIAN = Sight(names=True, cases=True)  # who has the code knows the children by name
TEXT_VERSION = "2026-11"  # of web/consent-<version>.html; a changed text is a new version
_ENDS: dict[Decision, LapseReason] = {
    "refused": "consent_refused", "withdrawn": "consent_withdrawn", "expired": "consent_expired",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a guardian sees: the consent, the session, and the children's names."""

    consent: Consent
    session: Session
    children: tuple[str, ...]


def until(book: Book, party: Identified) -> datetime | None:
    """When the guardians' answers are due; None when nobody needs to be asked."""
    return consent_until(book.session, book.now) if party.guardians else None


def ask(book: Book, registration: Registration, party: Identified, caller: Caller) -> None:
    """Asks each guardian once about all of their children in the party."""
    by_guardian: dict[str, list[str]] = defaultdict(list)
    for child, guardian in party.guardians.items():
        by_guardian[guardian].append(child)
    for guardian, children in by_guardian.items():
        _ask(book, registration, guardian, tuple(children), caller)


def _ask(book: Book, registration: Registration, guardian: str, children: tuple[str, ...],
         caller: Caller) -> None:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    consent = Consent(
        consent_id=_id_of(book.app, code), registration_id=registration.registration_id,
        session_id=registration.session_id, guardian_ref=guardian, children=children,
        text_version=TEXT_VERSION, requested_at=book.now,
        until=registration.until or consent_until(book.session, book.now),
    )
    book.app.store.consents.add([consent], within=book.transaction)
    book.watch("consent", consent.consent_id, consent.until)
    book.transaction.emit(
        ConsentRequested(
            consent_id=consent.consent_id, registration_id=consent.registration_id,
            session=session_ref(book.session), guardian_ref=guardian, code=code,
            text_version=TEXT_VERSION, until=consent.until,
        ),
        correlation=caller.correlation, traceparent=caller.traceparent,
    )


def _id_of(app: Events, code: str) -> str:
    return app.vault.digest(f"consent {normalise_code(code)}")[:32]


def find(app: Events, code: str, *, caller: Caller = NOBODY) -> Question:
    """What the code asks. Raises UnknownConsent, the same for wrong, dropped and expired codes;
    TooManyTries after too many of them from one address.
    """
    return guarded(app, caller, lambda: _find(app, code))


def _find(app: Events, code: str) -> Question:
    consent = app.store.consents.one(_id_of(app, code))
    if consent is None or consent.state not in ("requested", "given"):
        raise UnknownConsent
    if consent.state == "requested" and app.clock() >= consent.until:
        raise UnknownConsent
    return question_of(app, consent)


def question_of(app: Events, consent: Consent) -> Question:
    """What the guardian is shown of a consent that stands; names of children known by now."""
    contacts = contacts_of(app, consent.children, sight=GUARDIAN)
    names = tuple(contacts[ref].name for ref in consent.children if ref in contacts)
    return Question(
        consent=consent, session=app.store.sessions.one(consent.session_id), children=names
    )


def answer(app: Events, code: str, decision: Literal["given", "refused", "withdrawn"], *,
           caller: Caller = NOBODY) -> Answer:
    """The guardian's word. When all guardians of a party consented it goes on, or ends when there
    is neither a place nor a line by now; a refusal or a withdrawal ends it and its places go to
    the next. Answers {registration_id, decision, status}. Raises UnknownConsent, TooManyTries.
    """

    def work() -> Answer:
        consent = app.store.consents.one(_id_of(app, code))
        if consent is None:
            raise UnknownConsent
        return settle(app, consent, decision, caller)

    return guarded(app, caller, work)


def expire(app: Events, consent_id: str) -> None:
    """Nobody answered in time. Safe to repeat."""
    consent = app.store.consents.one(consent_id)
    if consent is not None:
        settle(app, consent, "expired", NOBODY)


def settle(app: Events, known: Consent, decision: Decision, caller: Caller,
           method: Method = "sms") -> Answer:
    """The word on a consent that was found, and what follows; as `answer`."""
    def work(book: Book) -> Answer:
        consent = app.store.consents.one(known.consent_id, within=book.transaction)
        assert consent is not None
        if consent.state != decision:  # said twice is said once
            _decide(book, consent, decision, method)
            registration = book.registration(consent.registration_id)
            if decision == "given":
                _go_on(book, registration)
            elif registration.is_active:
                drop(book, registration)
                book.end(registration, "lapsed", _ENDS[decision])
                _forget_children(book, consent)
                book.serve_line()
        status = book.registration(consent.registration_id).status
        return {"registration_id": consent.registration_id, "decision": decision, "status": status}

    return change(app, known.session_id, work, caller=caller)


def _decide(book: Book, consent: Consent, decision: Decision, method: Method) -> None:
    book.app.store.consents.change(
        consent, decide(consent, decision, book.now, method), within=book.transaction
    )
    book.unwatch("consent", consent.consent_id)
    book.transaction.emit(
        ConsentDecided(
            consent_id=consent.consent_id, registration_id=consent.registration_id,
            session_id=consent.session_id, decision=decision, text_version=consent.text_version,
        )
    )


def _go_on(book: Book, registration: Registration) -> None:
    """All of the party's guardians consented: it comes in as if it had come now."""
    store, within = book.app.store, book.transaction
    asked = store.consents.of_registration(registration.registration_id, within=within)
    if registration.status != "pending_consent" or any(c.state == "requested" for c in asked):
        return
    children = [child for each in asked if each.state == "given" for child in each.children]
    for ref, person in store.people.some(set(children), within=within).items():
        if person.told == 0 and person.contact is not None:
            tell_contact(book.transaction, ref, opened(book.app.vault, person))
            store.people.change(ref, {"told": 1}, within=within)
    try:
        book.put(registration, book.enter(replace(registration, consented=True)))
    except Full:  # it took the guardian too long
        drop(book, registration)
        book.end(registration, "lapsed", "line_closed")


def _forget_children(book: Book, consent: Consent) -> None:
    """A child who takes part in nothing else, and is in nobody's family, is forgotten: processing
    has ended (C-25)."""
    people = book.app.store.people.some(consent.children, within=book.transaction)
    ties = book.app.store.family.of_people(consent.children, within=book.transaction)
    kept = {each.member_ref for each in ties if each.stands()}
    unknown = [ref for ref, each in people.items() if not each.engagements and ref not in kept]
    if unknown:
        forget(book.app, unknown, book.transaction)


def drop(book: Book, registration: Registration) -> None:
    """The registration ends or changes: its open and given consents no longer stand."""
    for each in book.app.store.consents.of_registration(
        registration.registration_id, within=book.transaction
    ):
        if each.state in ("requested", "given"):
            book.app.store.consents.change(
                each, replace(each, state="dropped", decided_at=book.now), within=book.transaction
            )
            book.unwatch("consent", each.consent_id)


def ask_again(book: Book, registration: Registration) -> Registration:
    """The activity changed: guardians are asked anew, meanwhile its places are kept."""
    asked = book.app.store.consents.of_registration(
        registration.registration_id, within=book.transaction
    )
    standing = [each for each in asked if each.state in ("requested", "given")]
    if not standing:
        return registration
    drop(book, registration)
    guardians = {child: each.guardian_ref for each in standing for child in each.children}
    party = Identified(refs=registration.party, seats=registration.seats, guardians=guardians)
    waiting = replace(registration, consented=False, until=until(book, party))
    ask(book, waiting, party, book.caller)
    return waiting
