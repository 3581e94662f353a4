"""Whom a resident's account stands for: who has its telephone, and the children of these people."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.events import AccountChanged
from kernel.transaction import Transaction
from services.events.domain.family import Tie, is_minor
from services.events.store.people import KeptPerson
from services.events.store.resident_accounts import Account
from services.events.usecases.application import Events
from services.events.usecases.contacts import number_of, opened
from services.events.usecases.telling_accounts import tell_account

MOST = 50  # people of one account


def people_of(app: Events, number: str, within: Transaction) -> tuple[str, ...]:
    """References of those with this telephone, then of children whose guardian is one of them and
    who are not of age yet; whoever has no birth date counts as of age. A child that one of them
    let go is none of the account's any more (0022)."""
    people = app.store.people
    own = people.with_number(number, within=within)
    ties = [each for each in app.store.family.of_people(own, within=within)
            if each.kind == "child" and each.holder_ref in own]
    held = [each.member_ref for each in ties if each.stands()]
    known = {each.person_ref: each for each in people.wards(own, within=within)}
    known |= people.some(held, within=within)
    wards = [ref for ref, each in known.items() if _is_minor(app, each, within)]
    away = let_go(ties)
    return tuple(ref for ref in dict.fromkeys([*own, *wards]) if ref not in away)[:MOST]


def let_go(ties: Sequence[Tie]) -> set[str]:
    """Of the ties of some guardians, the children that these took out of their account."""
    held = {each.member_ref for each in ties if each.stands()}
    return {each.member_ref for each in ties if each.ended_by == "holder"} - held


def refreshed(app: Events, account: Account, within: Transaction) -> tuple[str, ...]:
    """Whom the account stands for now; told if that is not what was told last. Raises LostRace."""
    refs = people_of(app, account.number, within)
    if refs != account.person_refs:
        app.store.resident_accounts.change(account, person_refs=list(refs), within=within)
        tell(app, account, refs, within)
    return refs


def tell(app: Events, account: Account, refs: Sequence[str], within: Transaction) -> None:
    """The account as all services are to know it from now on."""
    tell_account(app, AccountChanged(
        account_id=account.account_id, kind="resident", account_name="", roles=(), programmes=(),
        streets=(), person_refs=tuple(refs), open=True, logins_from=account.logins_from,
    ), within=within)


def stand_anew(app: Events, person_refs: Sequence[str], within: Transaction) -> None:
    """These people have another telephone or none any more: whoever stood for them does so no
    longer, in the same commit (C-29, C-35)."""
    for account in app.store.resident_accounts.standing_for(person_refs, within=within):
        refreshed(app, account, within)


def known_by_number(app: Events, limit: int = 500) -> int:
    """Gives people who were kept before it the keyed hash of their telephone; how many had none.
    Safe to repeat and in several processes. Raises Unavailable."""
    def work(transaction: Transaction) -> int:
        found = app.store.people.unnumbered(limit, within=transaction)
        for each in found:
            number = number_of(app.vault, opened(app.vault, each).phone) if each.contact else None
            app.store.people.change(each.person_ref, {"number": number}, within=transaction)
        return len(found)

    return app.transactions.run(work)


def _is_minor(app: Events, person: KeptPerson, within: Transaction) -> bool:
    born = opened(app.vault, person).birth_date if person.contact and person.is_dated else None
    return is_minor(born, within.now)
