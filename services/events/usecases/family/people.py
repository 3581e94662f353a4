"""Somebody by name and telephone: found by the keyed hash, or kept as somebody new."""

from __future__ import annotations

from datetime import date
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import NameKnown, NotOfAge
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, number_of, opened, sealed
from services.events.usecases.family.standing import house_of, is_child
from services.events.usecases.parties import tell_contact
from services.events.usecases.resident_standing import stand_anew


def introduce(app: Events, account_id: str, name: str, *, once: Once | None = None) -> Answer:
    """Who signed in says their own name, where nobody signed up with the telephone so far. Answers
    {person_ref}. Safe to repeat. Raises NameKnown where somebody is
    known by now, NotOfAge, UnknownReference."""
    def work(transaction: Transaction) -> Answer:
        house = house_of(app, account_id, transaction)
        ref = somebody(app, name, app.vault.open(house.account.phone), transaction)
        if any(each != ref and not is_child(app, house.people[each], transaction)
               for each in house.own):
            raise NameKnown
        person = app.store.people.some([ref], within=transaction)[ref]
        if is_child(app, person, transaction):
            raise NotOfAge
        house_of(app, account_id, transaction)  # told with the commit
        transaction.note({}, {"person_ref": ref, "account_id": account_id})
        return {"person_ref": ref}

    return app.transactions.write(once, work)


def somebody(app: Events, name: str, phone: str, within: Transaction, *,
             birth_date: date | None = None, guardian_ref: str | None = None) -> str:
    """The reference of who has this name and telephone, which is proved by now. A newcomer is told
    to who sends SMS; what is known already stays, what was missing is taken."""
    people, digest = app.store.people, app.vault.digest(f"{phone}|{name}")
    known = people.refs_by_digest([digest], within=within).get(digest)
    if known is not None:
        _complete(app, known, birth_date, guardian_ref, within)
        return known
    contact = Contact(name=name, phone=phone, birth_date=birth_date)
    person = KeptPerson(
        person_ref=within.new_id(), contact=sealed(app.vault, contact), known_since=within.now,
        is_dated=birth_date is not None, guardian_ref=guardian_ref, ward_of=guardian_ref, told=1,
        number=number_of(app.vault, phone),
    )
    people.add([(digest, person)], within=within)
    tell_contact(within, person.person_ref, contact)
    return person.person_ref


def _complete(app: Events, ref: str, birth_date: date | None, guardian_ref: str | None,
              within: Transaction) -> None:
    person = app.store.people.some([ref], within=within)[ref]
    contact, changes = opened(app.vault, person), dict[str, Any]()
    if birth_date is not None and contact.birth_date is None:
        dated = Contact(name=contact.name, phone=contact.phone, birth_date=birth_date)
        changes |= {"contact": sealed(app.vault, dated), "is_dated": True}
    if guardian_ref is not None and person.guardian_ref is None:
        changes["guardian_ref"] = guardian_ref
    if guardian_ref is not None and not person.told:  # of a child nobody heard before its consent
        tell_contact(within, ref, contact)
        changes |= {"told": 1, "told_at": within.now}
    if changes:
        app.store.people.change(ref, changes, within=within)
        stand_anew(app, [ref], within)
