"""An adult joins a family with a code that was sent to their own telephone, and in no other way.

Until the code is right nothing looks whether anybody is known by the number: known and unknown ones
are answered alike (`resident_codes`).
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.answers import Answer
from kernel.transaction import Transaction
from services.events.domain.broken import BrokenRule, CodeOver, SamePhone
from services.events.domain.resident_code import Code
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.contacts import number_of
from services.events.usecases.family.children import check_grown, tie
from services.events.usecases.family.people import somebody
from services.events.usecases.family.standing import (
    adults_of,
    check_room,
    holder_of,
    house_of,
    house_seen,
)
from services.events.usecases.resident_codes import ask_code, check, use


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What is typed beside the code: the adult's name, and who of the account asked them in (None:
    the only adult there is). `secret` is what the browser keeps since it asked for the code."""

    secret: str
    code: str
    name: str
    holder_ref: str | None = None


def ask_in(app: Events, account_id: str, phone: str, *, caller: Caller) -> str:
    """Sends a code to the adult's telephone; the secret that the browser keeps. Raises SamePhone,
    NameNeeded, FamilyFull, TooManyCodes, UnknownReference, Unavailable."""
    def look(transaction: Transaction) -> str:
        house = house_seen(app, account_id, transaction)
        adults_of(app, house, transaction)
        check_room(house, transaction)
        return house.account.number

    if number_of(app.vault, phone) == app.transactions.look(look):
        raise SamePhone
    return ask_code(app, phone, "join_family", caller=caller, account_id=account_id)


def join(app: Events, account_id: str, joining: Joining) -> Answer:
    """Ties the adult to who asked. Answers {person_ref}. The same code sent again within half a
    minute is answered the same. Raises WrongCode, CodeOver; NotOfAge, NameNeeded, FamilyFull and
    UnknownReference, after which the code still holds."""
    def work(transaction: Transaction) -> Answer | BrokenRule:
        code = check(app, joining.secret, joining.code, "join_family", transaction)
        if isinstance(code, BrokenRule):
            return code
        if code.account_id != account_id:
            return CodeOver()
        if code.used_for is not None:
            return {"person_ref": code.used_for}
        return _joined(app, account_id, joining, code, transaction)

    outcome = app.transactions.run(work)
    if isinstance(outcome, BrokenRule):
        raise outcome
    return outcome


def _joined(app: Events, account_id: str, joining: Joining, code: Code,
            transaction: Transaction) -> Answer:
    house = house_of(app, account_id, transaction)
    holder = holder_of(app, house, joining.holder_ref, transaction)
    phone = app.store.codes.phone(code.code_id, within=transaction)
    assert phone is not None
    ref = somebody(app, joining.name, app.vault.open(phone), transaction)
    check_grown(app, ref, transaction)
    use(app, code, ref, transaction)
    if not any(ref in (each.holder_ref, each.member_ref) for each in house.adults_with()):
        check_room(house, transaction)
        tie(app, holder, ref, "standing", "code", transaction, kind="adult")
    transaction.note({}, {"person_ref": ref, "joined": holder, "account_id": account_id})
    return {"person_ref": ref}
