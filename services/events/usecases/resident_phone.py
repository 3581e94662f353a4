"""Another telephone: its codes and the old one's move the account's people to the new number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kernel.transaction import Transaction
from services.events.domain.broken import BrokenRule, CodeOver, SamePhone
from services.events.domain.resident_code import Code
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.contacts import number_of, opened
from services.events.usecases.own_data import replace_contact
from services.events.usecases.resident_codes import ask_code, check, use


@dataclass(frozen=True, kw_only=True)
class Written:
    """A code as typed, with the secret of the browser that asked for it."""

    secret: str
    code: str


def ask_codes(app: Events, account_id: str, phone: str, *, caller: Caller) -> tuple[str, str]:
    """Sends a code to the account's telephone and one to the new one; their secrets, in that
    order. Raises SamePhone, TooManyCodes (the code to the new one may be on its way), CodeOver."""
    account = app.store.resident_accounts.one(account_id)
    if account is None:
        raise CodeOver
    if number_of(app.vault, phone) == account.number:
        raise SamePhone
    new = ask_code(app, phone, "change_phone", caller=caller, account_id=account_id)
    old = ask_code(app, app.vault.open(account.phone), "change_phone", caller=caller,
                   account_id=account_id)
    return old, new


def move(app: Events, account_id: str, old: Written, new: Written) -> int:
    """Gives everybody with the account's telephone the new one; how many. They belong to the new
    number's account from then on, whoever signs in there. Wards go with their guardians.

    Raises WrongCode, CodeOver; ContactTaken, with nothing moved, where somebody of the same name
    is known by the new number.
    """
    def work(transaction: Transaction) -> int | BrokenRule:
        codes = [check(app, each.secret, each.code, "change_phone", transaction)
                 for each in (old, new)]
        for code in codes:
            if isinstance(code, BrokenRule):
                return code
        first, second = (code for code in codes if isinstance(code, Code))
        account = app.store.resident_accounts.one(account_id, within=transaction)
        if (account is None or first.number != account.number or first.used_for
                or second.used_for or {first.account_id, second.account_id} != {account_id}):
            return CodeOver()
        use(app, first, account_id, transaction)
        return _moved(app, first.number, use(app, second, account_id, transaction), transaction)

    outcome = app.transactions.run(work)
    if isinstance(outcome, BrokenRule):
        raise outcome
    return outcome


def _moved(app: Events, number: str, phone: str, transaction: Transaction) -> int:
    people = app.store.people
    refs = people.with_number(number, within=transaction)
    for person in people.some(refs, within=transaction).values():
        if person.contact is not None:
            was = opened(app.vault, person)
            replace_contact(app, person, was, replace(was, phone=phone), transaction)
    return len(refs)
