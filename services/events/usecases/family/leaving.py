"""Who leaves a family: an adult whenever either side wants, a child never without anybody's saying
who may act for it from then on (0022)."""

from __future__ import annotations

from collections.abc import Collection

from kernel.answers import Answer
from kernel.transaction import Transaction
from services.events.domain.broken import LastGuardian, NotAChild, UnknownReference
from services.events.domain.family import EndedBy, Tie, ended
from services.events.usecases import consenting
from services.events.usecases.application import Events
from services.events.usecases.book import NOBODY, Caller
from services.events.usecases.family.erasing import agreed
from services.events.usecases.family.standing import (
    House,
    adults_of,
    house_of,
    house_seen,
    is_child,
)
from services.events.usecases.resident_standing import stand_anew


def leave(app: Events, account_id: str, person_ref: str, *, sure: bool = False,
          caller: Caller = NOBODY) -> Answer:
    """Ends what ties the person to the account: an adult's tie, from either side; or the guardians'
    consent for a child. The child's record stays as it is (to erase it is `own_data`).

    Where no other guardian is left the consents that these guardians gave for what is to come are
    withdrawn, its places go to the next, and caseworkers find the child among those without a
    guardian. Answers {person_ref, guardians}: how many are left. Safe to repeat.

    Raises UnknownReference, NotAChild, NameNeeded (the account has no adult), LastGuardian where
    that is not `sure`.
    """
    def look(transaction: Transaction) -> tuple[bool, list[str], tuple[str, ...]]:
        house = house_seen(app, account_id, transaction)
        if _adult_ties(house, person_ref):
            return False, [], house.own
        _check_child(app, house, person_ref, transaction)
        return True, other_guardians(app, house, person_ref, transaction), house.own

    is_about_child, others, own = app.transactions.look(look)
    if is_about_child and not others:
        if not sure:
            raise LastGuardian
        _withdraw(app, person_ref, own, caller)
    return app.transactions.write(
        caller.once, lambda transaction: _left(app, account_id, person_ref, sure, transaction))


def _left(app: Events, account_id: str, person_ref: str, sure: bool,
          transaction: Transaction) -> Answer:
    house = house_of(app, account_id, transaction)
    ties, now = _adult_ties(house, person_ref), transaction.now
    for each in ties:
        by: EndedBy = "holder" if each.holder_ref in house.own else "member"
        app.store.family.change(each, ended(each, by, now), within=transaction)
    others: list[str] = []
    if not ties:
        _check_child(app, house, person_ref, transaction)
        others = other_guardians(app, house, person_ref, transaction)
        if not others and not sure:  # the other one left meanwhile
            raise LastGuardian
        _let_go(app, house, person_ref, others, transaction)
    transaction.note({}, {"person_ref": person_ref, "left": account_id, "guardians": len(others)})
    return {"person_ref": person_ref, "guardians": len(others)}


def _let_go(app: Events, house: House, child_ref: str, others: Collection[str],
            transaction: Transaction) -> None:
    held, child, now = house.held(child_ref), house.people[child_ref], transaction.now
    for each in held:
        app.store.family.change(each, ended(each, "holder", now), within=transaction)
    if not held:  # came with a sign-up: that it was let go is kept all the same
        grown = adults_of(app, house, transaction)
        guardian = child.ward_of if child.ward_of in grown else grown[0]
        assert guardian is not None
        app.store.family.add([ended(agreed(guardian, child_ref, transaction), "holder", now)],
                             within=transaction)
    app.store.people.left(child_ref, within=transaction)
    if others:  # who is left is asked from now on
        changes = {name: min(others) for name in ("guardian_ref", "ward_of")
                   if getattr(child, name) in house.own}
        if changes:
            app.store.people.change(child_ref, changes, within=transaction)
    stand_anew(app, [child_ref], transaction)


def other_guardians(app: Events, house: House, child_ref: str, within: Transaction) -> list[str]:
    """Who else may act for the child: guardians of other accounts who are known."""
    ties = app.store.family.of_people([child_ref], within=within)
    refs = {each.holder_ref for each in ties if each.kind == "child" and each.stands()
            and each.member_ref == child_ref}
    gone = {each.holder_ref for each in ties if each.state == "over"} - refs
    child = app.store.people.some([child_ref], within=within)[child_ref]
    refs |= {child.ward_of} - gone if child.ward_of else set()
    known = app.store.people.some(refs - set(house.own), within=within)
    return sorted(ref for ref, each in known.items() if each.contact is not None)


def _withdraw(app: Events, child_ref: str, own: Collection[str], caller: Caller) -> None:
    for consent in [each for ref in own for each in app.store.consents.of_guardian(ref)]:
        if child_ref in consent.children and consent.state == "given":
            session = app.store.sessions.one(consent.session_id)
            if session.ends_at > app.clock():
                consenting.settle(app, consent, "withdrawn", _unkeyed(caller), "account")


def _unkeyed(caller: Caller) -> Caller:
    """The key is that of the order as a whole, not of each of its withdrawals."""
    return Caller(correlation=caller.correlation, traceparent=caller.traceparent)


def _adult_ties(house: House, person_ref: str) -> list[Tie]:
    return [each for each in house.adults_with() if person_ref not in house.own
            and person_ref in (each.holder_ref, each.member_ref)]


def _check_child(app: Events, house: House, person_ref: str, within: Transaction) -> None:
    if person_ref not in house.refs:
        raise UnknownReference(person_ref)
    adults_of(app, house, within)  # nobody lets themselves go
    if not is_child(app, house.people[person_ref], within):
        raise NotAChild
