"""What erasing somebody does to families: ties end, and a child without a guardian is found."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.transaction import Transaction
from services.events.domain.family import TEXT_VERSION, Tie, ended
from services.events.usecases.application import Events
from services.events.usecases.family.standing import is_child


def end_ties(app: Events, person_refs: Sequence[str], transaction: Transaction) -> None:
    """Ends all ties of these people as erased. Of children who came with a sign-up it is kept that
    their guardian is gone, so that they are found (`guarding.without_guardian`). Safe to repeat."""
    store, now = app.store, transaction.now
    ties = store.family.of_people(person_refs, within=transaction)
    for each in ties:
        if each.state in ("asked", "standing"):
            store.family.change(each, ended(each, "erased", now), within=transaction)
            if each.kind == "child" and each.stands():
                store.people.left(each.member_ref, within=transaction)
    known = {(each.holder_ref, each.member_ref) for each in ties}
    store.family.add([
        ended(agreed(str(ward.ward_of), ward.person_ref, transaction), "erased", now)
        for ward in store.people.wards(person_refs, within=transaction)
        if (ward.ward_of, ward.person_ref) not in known and ward.person_ref not in person_refs
        and is_child(app, ward, transaction)
    ], within=transaction)


def agreed(guardian_ref: str, child_ref: str, transaction: Transaction) -> Tie:
    """A guardian's tie to a child who came with a sign-up: it stands without anybody's writing."""
    return Tie(tie_id=transaction.new_id(), kind="child", holder_ref=guardian_ref,
               member_ref=child_ref, state="standing", text_version=TEXT_VERSION,
               method="account", asked_at=transaction.now)
