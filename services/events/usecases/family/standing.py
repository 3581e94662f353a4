"""On whose behalf somebody signed in asks, and who belongs to them: read before anything else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kernel.transaction import Transaction
from services.events.domain.broken import FamilyFull, NameNeeded, NotOfAge, UnknownReference
from services.events.domain.family import MOST_TIES, Tie, is_minor
from services.events.store.people import KeptPerson
from services.events.store.resident_accounts import Account
from services.events.usecases.application import Events
from services.events.usecases.contacts import opened
from services.events.usecases.resident_standing import people_of, refreshed


@dataclass(frozen=True, kw_only=True)
class House:
    """An account with the people of its telephone (`own`), whom it stands for (`refs`: these and
    their children) and all ties of both, as one transaction sees them."""

    account: Account
    own: tuple[str, ...]
    refs: tuple[str, ...]
    people: Mapping[str, KeptPerson]
    ties: tuple[Tie, ...]

    def adults_with(self) -> list[Tie]:
        """Standing ties between adults, one of them of this account."""
        return [each for each in self.ties if each.kind == "adult" and each.stands()
                and (each.holder_ref in self.own or each.member_ref in self.own)]

    def held(self, child_ref: str) -> list[Tie]:
        """Standing ties by which people of this account are the child's guardians."""
        return [each for each in self.ties if each.kind == "child" and each.stands()
                and each.member_ref == child_ref and each.holder_ref in self.own]


def house_of(app: Events, account_id: str, within: Transaction) -> House:
    """Of who signed in, brought up to date. Raises UnknownReference without an account."""
    refreshed(app, _account(app, account_id, within), within)
    return house_seen(app, account_id, within)


def house_seen(app: Events, account_id: str, within: Transaction) -> House:
    """The same for work that only looks: nothing is written or told."""
    known = _account(app, account_id, within)
    refs = people_of(app, known.number, within)
    people = app.store.people.some(refs, within=within)
    own = tuple(ref for ref in refs if ref in people and people[ref].number == known.number)
    ties = app.store.family.of_people(refs, within=within)
    return House(account=known, own=own, refs=refs, people=people, ties=tuple(ties))


def _account(app: Events, account_id: str, within: Transaction) -> Account:
    account = app.store.resident_accounts.one(account_id, within=within)
    if account is None:
        raise UnknownReference("")
    return account


def adults_of(app: Events, house: House, within: Transaction) -> list[str]:
    """Those of the account's telephone who may answer for others. Raises NameNeeded for nobody."""
    grown = [ref for ref in house.own if not is_child(app, house.people[ref], within)]
    if not grown:
        raise NameNeeded
    return grown


def holder_of(app: Events, house: House, ref: str | None, within: Transaction) -> str:
    """The adult of the account who answers: the one that is named, or the only one there is.
    Raises NameNeeded, NotOfAge, UnknownReference."""
    grown = adults_of(app, house, within)
    if ref is None and len(grown) == 1:
        return grown[0]
    if ref in grown:
        assert ref is not None
        return ref
    raise NotOfAge if ref in house.own else UnknownReference(ref or "")


def check_room(house: House, within: Transaction) -> None:
    """Raises FamilyFull when the account has as many ties as it may."""
    live = [each for each in house.ties if each.stands() or each.waits(within.now)]
    if len(live) >= MOST_TIES:
        raise FamilyFull(MOST_TIES)


def is_child(app: Events, person: KeptPerson, within: Transaction) -> bool:
    """Whether they are known to be under eighteen."""
    born = opened(app.vault, person).birth_date if person.contact and person.is_dated else None
    return is_minor(born, within.now)


def kin_of(app: Events, own: Collection[str], within: Transaction | None = None) -> list[str]:
    """Adults with telephones of their own whom these people may sign up (0022)."""
    if not own:
        return []
    ties = app.store.family.of_people(own, within=within)
    return _unique(each.other(own) for each in ties if each.kind == "adult" and each.stands())


def _unique(refs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(refs))
