"""Children in a family: added by a guardian with consent, shared with a second guardian (C-25).

Consent to a child's being in the family is a state with version, time and method, as every consent
of a guardian; each activity still asks for its own where the child is under fourteen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import (
    ContactTaken,
    NotAChild,
    NotAMinor,
    NotOfAge,
    OldText,
    UnknownReference,
)
from services.events.domain.family import TEXT_VERSION, Method, State, Tie, answered, is_minor
from services.events.usecases.application import Events
from services.events.usecases.family.people import somebody
from services.events.usecases.family.standing import (
    check_room,
    holder_of,
    house_of,
    is_child,
    kin_of,
)


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child as its guardian adds it; `guardian_ref` None: the only adult of the account."""

    name: str
    birth_date: date
    guardian_ref: str | None
    text_version: str


def add_child(app: Events, account_id: str, child: Child, *, once: Once | None = None) -> Answer:
    """The child is reached at the account's telephone; the guardian's consent is kept. Answers
    {person_ref}. Safe to repeat.

    Raises NameNeeded, NotAMinor, NotOfAge, OldText, ContactTaken, FamilyFull, UnknownReference.
    """
    def work(transaction: Transaction) -> Answer:
        house = house_of(app, account_id, transaction)
        guardian = holder_of(app, house, child.guardian_ref, transaction)
        if not is_minor(child.birth_date, transaction.now):
            raise NotAMinor
        check_text(child.text_version)
        ref = somebody(app, child.name, app.vault.open(house.account.phone), transaction,
                       birth_date=child.birth_date, guardian_ref=guardian)
        if ref == guardian:
            raise ContactTaken
        if not is_child(app, app.store.people.some([ref], within=transaction)[ref], transaction):
            raise NotAMinor
        if not house.held(ref):
            check_room(house, transaction)
            tie(app, guardian, ref, "standing", "account", transaction)
        house_of(app, account_id, transaction)  # told with the commit
        transaction.note({}, {"person_ref": ref, "guardian_ref": guardian, "consent": "given",
                              "text_version": child.text_version, "account_id": account_id})
        return {"person_ref": ref}

    return app.transactions.write(once, work)


def name_guardian(app: Events, account_id: str, child_ref: str, guardian_ref: str, *,
                  once: Once | None = None) -> Answer:
    """Asks an adult of the family to be a guardian as well; that one decides on their own account.
    Answers {person_ref, status}. Safe to repeat. Raises UnknownReference, NotAChild, FamilyFull."""
    def work(transaction: Transaction) -> Answer:
        house = house_of(app, account_id, transaction)
        if child_ref not in house.refs or guardian_ref not in kin_of(app, house.own, transaction):
            raise UnknownReference(child_ref)
        if not is_child(app, house.people[child_ref], transaction):
            raise NotAChild
        there = next((each for each in house.ties if each.kind == "child"
                      and (each.holder_ref, each.member_ref) == (guardian_ref, child_ref)
                      and (each.stands() or each.waits(transaction.now))), None)
        if there is None:
            check_room(house, transaction)
            tie(app, guardian_ref, child_ref, "asked", "account", transaction)
        transaction.note({}, {"person_ref": child_ref, "guardian_ref": guardian_ref,
                              "consent": "requested", "account_id": account_id})
        return {"person_ref": child_ref, "status": there.state if there else "asked"}

    return app.transactions.write(once, work)


def answer_for_child(app: Events, account_id: str, child_ref: str,
                     decision: Literal["given", "refused"], text_version: str, *,
                     once: Once | None = None) -> Answer:
    """The word of who was asked to be a guardian. Answers {person_ref, status}. Raises
    UnknownReference where nobody of the account is asked (any more), OldText."""
    def work(transaction: Transaction) -> Answer:
        house = house_of(app, account_id, transaction)
        asked = next((each for each in house.ties if each.kind == "child"
                      and each.member_ref == child_ref and each.holder_ref in house.own
                      and each.waits(transaction.now)), None)
        if asked is None:
            raise UnknownReference(child_ref)
        check_text(text_version)
        now_so = answered(asked, given=decision == "given", now=transaction.now)
        app.store.family.change(asked, now_so, within=transaction)
        house_of(app, account_id, transaction)  # told with the commit
        transaction.note({}, {"person_ref": child_ref, "guardian_ref": asked.holder_ref,
                              "consent": decision, "text_version": text_version,
                              "account_id": account_id})
        return {"person_ref": child_ref, "status": now_so.state}

    return app.transactions.write(once, work)


def check_text(version: str) -> None:
    """Raises OldText: what was agreed to is what holds now."""
    if version != TEXT_VERSION:
        raise OldText(TEXT_VERSION)


def tie(app: Events, holder_ref: str, member_ref: str, state: State, method: Method,
        within: Transaction, *, kind: Literal["child", "adult"] = "child") -> None:
    """Keeps a new one, agreed to now unless it is asked for."""
    app.store.family.add([Tie(
        tie_id=within.new_id(), kind=kind, holder_ref=holder_ref, member_ref=member_ref,
        state=state, text_version=TEXT_VERSION, method=method, asked_at=within.now,
        decided_at=within.now if state == "standing" else None,
    )], within=within)


def check_grown(app: Events, person_ref: str, within: Transaction) -> None:
    """Raises NotOfAge for who is known to be under eighteen, UnknownReference for nobody."""
    person = app.store.people.some([person_ref], within=within).get(person_ref)
    if person is None or person.contact is None:
        raise UnknownReference(person_ref)
    if is_child(app, person, within):
        raise NotOfAge
