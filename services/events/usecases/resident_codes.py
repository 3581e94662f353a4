"""Codes by SMS: asked for by telephone, the same for known and unknown numbers, and used once.

Nothing here looks whether anybody is known by the number: that comes after the right code.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from math import ceil

from contracts.events import SignInCodeMade
from kernel.transaction import Transaction
from services.events.domain import resident_code
from services.events.domain.broken import BrokenRule, CodeOver, TooManyCodes, WrongCode
from services.events.domain.resident_code import DIGITS, LASTS, Code, Doing, free_at
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.contacts import number_of

DAY = timedelta(days=1)
LATE = timedelta(seconds=5)  # a code that the broker did not take within is late


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the page of a code says: to which telephone it goes, until when, and when another may
    be asked for. `phone` is whole: the page masks it. `is_late`: it could not leave so far."""

    phone: str
    until: datetime
    again_at: datetime
    is_late: bool


def ask_code(app: Events, phone: str, doing: Doing, *, caller: Caller,
             account_id: str | None = None) -> str:
    """Sends a code to the telephone; the secret that the browser keeps, without which the code is
    of no use. A new code replaces the one before. Raises TooManyCodes, Unavailable."""
    number, secret = number_of(app.vault, phone), secrets.token_urlsafe(24)
    written = f"{secrets.randbelow(10 ** DIGITS):0{DIGITS}d}"

    def work(transaction: Transaction) -> None:
        code = Code(
            code_id=_id_of(app, secret), number=number, digest=_digest(app, secret, written),
            doing=doing, until=transaction.now + LASTS, account_id=account_id,
        )
        _count_address(app, caller, transaction)
        if doing == "join_family":
            _count_account(app, account_id or "", transaction)
        _count_number(app, code, transaction)
        app.store.codes.add(code, app.vault.seal(phone), within=transaction)
        transaction.emit(
            SignInCodeMade(code_id=code.code_id, phone=phone, code=written, doing=doing,
                           until=code.until),
            correlation=caller.correlation, traceparent=caller.traceparent,
        )

    app.transactions.run(work)
    return secret


def sent(app: Events, secret: str, doing: Doing) -> Sent:
    """Of the code that this browser asked for. Raises CodeOver, also for one that was replaced."""
    code = app.store.codes.one(_id_of(app, secret)) if secret else None
    if code is None or code.doing != doing or code.is_over(app.clock()) or (
            not app.store.codes.is_latest(code)):
        raise CodeOver
    phone = app.store.codes.phone(code.code_id)
    assert phone is not None
    asked_at = code.until - LASTS
    return Sent(phone=app.vault.open(phone), until=code.until,
                again_at=asked_at + resident_code.PER_NUMBER[0][1],
                is_late=app.clock() >= asked_at + LATE and app.store.codes.waits(code))


def check(app: Events, secret: str, written: str, doing: Doing,
          transaction: Transaction) -> Code | BrokenRule:
    """The code when it is the right one, or what is wrong with it: to be raised after the commit,
    for a wrong try is kept. A right one still has to be used: `use`. Raises LostRace."""
    code = app.store.codes.one(_id_of(app, secret), within=transaction) if secret else None
    if code is None or code.doing != doing:
        return CodeOver()
    is_right = compare_digest(code.digest, _digest(app, secret, written))
    if is_right and code.used_for is not None and code.is_said_again(transaction.now):
        return code
    if code.is_over(transaction.now) or not app.store.codes.is_latest(code, within=transaction):
        return CodeOver()
    if is_right:
        return code
    left = app.store.codes.change(code, left=code.left - 1, within=transaction).left
    return WrongCode(left)


def use(app: Events, code: Code, used_for: str, transaction: Transaction) -> str:
    """The code is of no use any more; the telephone that it proves. Raises LostRace."""
    app.store.codes.change(code, used_for=used_for, used_at=transaction.now, within=transaction)
    phone = app.store.codes.phone(code.code_id, within=transaction)
    assert phone is not None
    return app.vault.open(phone)


def _count_number(app: Events, code: Code, transaction: Transaction) -> None:
    now = transaction.now
    asked = app.store.codes.asked(code.number, now - DAY, within=transaction)
    _check(free_at(asked, now), now)
    app.store.codes.ask(code.number, asked, latest=code.code_id, forget_at=now + DAY,
                        within=transaction)


def _count_address(app: Events, caller: Caller, transaction: Transaction) -> None:
    if not caller.address:
        return
    who, now = app.vault.digest(f"address|{caller.address}"), transaction.now
    hour = resident_code.PER_ADDRESS
    asked = app.store.codes.asked(who, now - hour, within=transaction)
    _check(free_at(asked, now, [(app.policy.codes_per_address, hour)]), now)
    app.store.codes.ask(who, asked, forget_at=now + hour, within=transaction)


def _count_account(app: Events, account_id: str, transaction: Transaction) -> None:
    """Who asks others to join sends SMS to telephones that are not theirs: that is counted, too."""
    who, now = app.vault.digest(f"account|{account_id}"), transaction.now
    asked = app.store.codes.asked(who, now - DAY, within=transaction)
    _check(free_at(asked, now, resident_code.PER_ACCOUNT), now)
    app.store.codes.ask(who, asked, forget_at=now + DAY, within=transaction)


def _check(free: datetime, now: datetime) -> None:
    if free > now:
        raise TooManyCodes(ceil((free - now).total_seconds()))


def _id_of(app: Events, secret: str) -> str:
    return app.vault.digest(f"code secret|{secret}")[:32]


def _digest(app: Events, secret: str, written: str) -> str:
    return app.vault.digest(f"code|{secret}|{written}")
