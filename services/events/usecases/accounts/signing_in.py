"""Members of staff prove who they are: password, then a one-time code, then a login begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kernel.login_token import Login
from kernel.transaction import Transaction
from services.events.domain.broken import NoLoginKey, NotSignedIn, TooManyWrong
from services.events.domain.staff_account import LOGIN_FOR, StaffAccount, StaffLogin, used
from services.events.usecases.accounts.one_time import digest_of, matching_step
from services.events.usecases.accounts.passwords import fits, mark_of, renewed
from services.events.usecases.application import Events

WRONG_BY_ADDRESS = {"most": 30, "seconds": 600}  # a whole office may share one
WRONG_BY_ACCOUNT = {"most": 10, "seconds": 600}
Signed = tuple[Login, str]


def check_password(app: Events, name: str, password: str, *, address: str | None) -> StaffAccount:
    """The first step. Takes as long and answers the same whether the name, the password or the
    account is at fault. Raises NotSignedIn, TooManyWrong, Unavailable."""
    check_tries(app, name, address)
    account = app.store.staff.found(name=name)
    able = account if account is not None and account.open else None
    if not fits(password, able.password if able else None) or able is None or not able.password:
        count_wrong(app, name, address)
        raise NotSignedIn
    better = renewed(password, able.password)
    return able if better is None else _with_password(app, able, better)


def finish(app: Events, account_id: str, mark: str, code: str, *, device: str,
           address: str | None) -> tuple[StaffAccount, Signed]:
    """The second step: a one-time code, or one of those for the day it is lost; each counts once.

    `mark` is that of the password that was checked. Raises NotSignedIn, TooManyWrong, NoLoginKey,
    Unavailable.
    """
    check_tries(app, account_id, address)

    def work(transaction: Transaction) -> tuple[StaffAccount, Signed] | None:
        account = app.store.staff.found(account_id=account_id, within=transaction)
        if account is None or not account.open or mark_of(account.password) != mark:
            return None
        after = _with_code_used(app, account, code, transaction)
        if after is None:
            return None
        app.store.staff.save(after, within=transaction)
        return after, begin(app, after, device=device, within=transaction)

    done = app.transactions.run(work)
    if done is None:
        count_wrong(app, account_id, address)
        raise NotSignedIn
    for who in (account_id, done[0].name):
        app.tries.clear("staff-account", who, **WRONG_BY_ACCOUNT)
    return done


def begin(app: Events, account: StaffAccount, *, device: str, within: Transaction,
          proof: Any = None) -> Signed:
    """A new login, with an id that nobody knew before; and its token. Raises NoLoginKey."""
    if app.signer is None:
        raise NoLoginKey
    login = Login(login_id=within.new_id(), account_id=account.account_id, kind="staff",
                  began=within.now, expires_at=within.now + LOGIN_FOR)
    app.store.staff.begin(StaffLogin(
        login_id=login.login_id, account_id=login.account_id, device=device, began=login.began,
        expires_at=login.expires_at, proof=proof,
    ), within=within)
    return login, app.signer.sign(login)


def check_tries(app: Events, who: str, address: str | None) -> None:
    """Raises TooManyWrong."""
    seconds = max(
        app.tries.wait("staff-account", who[:64], **WRONG_BY_ACCOUNT),
        app.tries.wait("staff-address", address or "unknown", **WRONG_BY_ADDRESS),
    )
    if seconds:
        raise TooManyWrong(seconds)


def count_wrong(app: Events, who: str, address: str | None) -> None:
    """One more, for the account and for the address."""
    app.tries.take("staff-account", who[:64], **WRONG_BY_ACCOUNT)
    app.tries.take("staff-address", address or "unknown", **WRONG_BY_ADDRESS)


def _with_code_used(app: Events, account: StaffAccount, code: str,
                    transaction: Transaction) -> StaffAccount | None:
    if account.secret is not None and len(code) == 6 and code.isascii() and code.isdigit():
        step = matching_step(app.vault.open(account.secret), code, transaction.now,
                             after=account.last_step)
        return used(account, step) if step is not None else None
    digest = digest_of(code)
    if digest not in account.recovery:
        return None
    transaction.note({"recovery_codes": len(account.recovery)},
                     {"recovery_codes": len(account.recovery) - 1})
    return replace(account, recovery=tuple(each for each in account.recovery if each != digest))


def _with_password(app: Events, account: StaffAccount, better: str) -> StaffAccount:
    """The same password, hashed by better parameters, where it is still the account's."""

    def work(transaction: Transaction) -> StaffAccount:
        found = app.store.staff.one(account.account_id, within=transaction)
        if found.password != account.password:
            return found
        after = replace(found, password=better)
        app.store.staff.save(after, within=transaction)
        return after

    return app.transactions.run(work)
