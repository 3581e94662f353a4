"""What a signed-in resident sees of the family: names, masked telephones, and what can be done.

Of an adult with a telephone of their own nothing else is shown: their registrations, consents and
data stay theirs (0022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kernel.audit.act import acting
from kernel.transaction import Transaction
from services.events.domain.family import ASKED_LASTS, Tie
from services.events.usecases.application import Events
from services.events.usecases.family.leaving import other_guardians
from services.events.usecases.family.standing import House, house_seen, is_child, kin_of
from services.events.usecases.resident_people import Somebody, people_shown
from services.events.usecases.resident_signing_in import stands_for


@dataclass(frozen=True, kw_only=True)
class Member:
    """One of the family. `kind`: `own` has the account's telephone, `child` is under eighteen with
    a guardian in the account, `adult` joined with a code. `since` when it was agreed to, if it was;
    `guardians` is how many others may act for a child."""

    who: Somebody
    kind: Literal["own", "child", "adult"]
    since: datetime | None = None
    guardians: int = 0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A child whose guardian somebody of the account is asked to be."""

    who: Somebody
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Family:
    """The account's own first, then children, then adults with their own telephones."""

    members: Sequence[Member] = ()
    asked: Sequence[Asked] = ()

    def of(self, kind: str) -> list[Somebody]:
        return [each.who for each in self.members if each.kind == kind]

    def one(self, person_ref: str) -> Member | None:
        return next((each for each in self.members if each.who.person_ref == person_ref), None)


def family_of(app: Events, account_id: str) -> Family:
    """Everybody of the account's family; told if somebody came since. Raises UnknownReference,
    Unavailable."""
    def work(transaction: Transaction) -> Family:
        house = house_seen(app, account_id, transaction)
        kin = kin_of(app, house.own, transaction)
        asked = [each for each in house.ties if each.kind == "child"
                 and each.holder_ref in house.own and each.waits(transaction.now)]
        refs = [*house.refs, *kin, *(each.member_ref for each in asked)]
        shown = {each.person_ref: each for each in people_shown(app, dict.fromkeys(refs))}
        members = [_member(app, house, shown[ref], transaction) for ref in house.refs
                   if ref in shown]
        members += [Member(who=shown[ref], kind="adult", since=_since(house.adults_with(), ref))
                    for ref in kin if ref in shown]
        return Family(
            members=sorted(members, key=lambda each: ("own", "child", "adult").index(each.kind)),
            asked=[Asked(who=shown[each.member_ref], until=each.asked_at + ASKED_LASTS)
                   for each in asked if each.member_ref in shown],
        )

    with acting(None):  # whatever the page is shown for, this is no act of its own
        stands_for(app, account_id)
    return app.transactions.look(work)


def _member(app: Events, house: House, who: Somebody, within: Transaction) -> Member:
    ref = who.person_ref
    if not is_child(app, house.people[ref], within):
        return Member(who=who, kind="own")
    others = other_guardians(app, house, ref, within)
    return Member(who=who, kind="child", since=_since(house.held(ref), ref), guardians=len(others))


def _since(ties: Sequence[Tie], person_ref: str) -> datetime | None:
    found = [each.decided_at for each in ties if each.decided_at
             and person_ref in (each.holder_ref, each.member_ref)]
    return min(found, default=None)
