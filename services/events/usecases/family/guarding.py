"""Children whom no family answers for: caseworkers find them, and give them a guardian on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import NotAChild, UnknownReference
from services.events.usecases.application import Events
from services.events.usecases.family.children import check_grown, check_text, tie
from services.events.usecases.family.standing import is_child
from services.events.usecases.resident_standing import stand_anew


@dataclass(frozen=True, kw_only=True)
class Unguarded:
    """A child of nobody's account whose guardian left, or was erased, at `since`."""

    person_ref: str
    since: datetime


def without_guardian(app: Events) -> list[Unguarded]:
    """Children of whom a guardian left and for whom nobody may act now, who was left last coming
    first. Raises Unavailable."""
    def look(transaction: Transaction) -> list[Unguarded]:
        since = app.store.family.children_let_go()
        people = app.store.people.some(since, within=transaction)
        children = [ref for ref, each in people.items() if is_child(app, each, transaction)]
        accounts = app.store.resident_accounts.standing_for(children, within=transaction)
        held = {ref for each in accounts for ref in each.person_refs}
        return [Unguarded(person_ref=ref, since=since[ref]) for ref in children if ref not in held]

    return sorted(app.transactions.look(look), key=lambda each: each.since, reverse=True)


def give_guardian(app: Events, child_ref: str, guardian_ref: str, text_version: str, *,
                  once: Once | None = None) -> Answer:
    """A guardian who showed at a desk who they are, and consented on paper. Answers {person_ref}.
    Safe to repeat. Raises UnknownReference, NotAChild, NotOfAge, OldText."""
    def work(transaction: Transaction) -> Answer:
        people = app.store.people
        child = people.some([child_ref], within=transaction).get(child_ref)
        if child is None or child.contact is None:
            raise UnknownReference(child_ref)
        if not is_child(app, child, transaction):
            raise NotAChild
        check_grown(app, guardian_ref, transaction)
        check_text(text_version)
        ties = app.store.family.of_people([child_ref], within=transaction)
        if not any(each.stands() and each.holder_ref == guardian_ref for each in ties):
            tie(app, guardian_ref, child_ref, "standing", "staff", transaction)
        if not any(each.stands() for each in ties):  # who is asked for consent from now on
            changes: dict[str, Any] = {"guardian_ref": guardian_ref}
            people.change(child_ref, changes, within=transaction)
        stand_anew(app, [guardian_ref], transaction)
        transaction.note({}, {"person_ref": child_ref, "guardian_ref": guardian_ref,
                              "consent": "given", "text_version": text_version})
        return {"person_ref": child_ref}

    return app.transactions.write(once, work)
