"""Residents sign in with the code from their telephone, and out: here, there and everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.events import LoginEnded
from kernel.login_token import Login
from kernel.transaction import Transaction
from services.events.domain.broken import BrokenRule, CodeOver, SignInClosed
from services.events.domain.resident_code import Code
from services.events.store.resident_accounts import Account, KeptLogin
from services.events.usecases.application import Events
from services.events.usecases.resident_codes import check, use
from services.events.usecases.resident_standing import people_of, refreshed, tell
from services.events.usecases.telling_accounts import tell_end


def check_open(app: Events) -> None:
    """Raises SignInClosed where there is no key to sign logins with: no code is sent in vain."""
    if app.signer is None:
        raise SignInClosed


def sign_in(app: Events, secret: str, written: str, *, device: str) -> tuple[Login, str]:
    """The login and its signed token for the right code; the account is made at the first one.

    The same code sent again within half a minute is the same login. Raises WrongCode, CodeOver,
    SignInClosed, Unavailable.
    """
    def work(transaction: Transaction) -> Login | BrokenRule:
        code = check(app, secret, written, "sign_in", transaction)
        if isinstance(code, BrokenRule):
            return code
        if code.used_for is not None:
            return _said_again(app, code.used_for, transaction)
        return _signed_in(app, code, device, transaction)

    check_open(app)
    outcome = app.transactions.run(work)
    if isinstance(outcome, BrokenRule):
        raise outcome
    assert app.signer is not None
    return outcome, app.signer.sign(outcome)


def sign_out(app: Events, account_id: str, login_id: str) -> None:
    """Ends one login of the account, in all services. Safe to repeat; another's is not ended."""
    def work(transaction: Transaction) -> None:
        ended = app.store.resident_accounts.end(account_id, login_id, within=transaction)
        if ended is not None:
            tell_end(app, LoginEnded(account_id=account_id, login_id=login_id,
                                     expires_at=ended.expires_at), within=transaction)

    app.transactions.run(work)


def sign_out_everywhere(app: Events, account_id: str) -> None:
    """Ends every login of the account, in all services. Safe to repeat."""
    def work(transaction: Transaction) -> None:
        account = app.store.resident_accounts.one(account_id, within=transaction)
        if account is not None:
            end_logins(app, account, transaction)

    app.transactions.run(work)


def end_logins(app: Events, account: Account, transaction: Transaction) -> None:
    """The same within a transaction."""
    accounts, now = app.store.resident_accounts, transaction.now
    accounts.end_all(account.account_id, within=transaction)
    accounts.change(account, logins_from=now, within=transaction)
    changed = accounts.one(account.account_id, within=transaction)
    assert changed is not None
    tell(app, changed, changed.person_refs, transaction)


def logins_of(app: Events, account_id: str) -> Sequence[KeptLogin]:
    """Where the account is signed in, the newest first. Raises Unavailable."""
    return app.store.resident_accounts.logins(account_id, app.clock())


def stands_for(app: Events, account_id: str) -> tuple[str, ...]:
    """Whom the account stands for now; told if somebody came since. Raises Unavailable."""
    def work(transaction: Transaction) -> tuple[str, ...]:
        account = app.store.resident_accounts.one(account_id, within=transaction)
        return refreshed(app, account, transaction) if account else ()

    return app.transactions.run(work)


def _signed_in(app: Events, code: Code, device: str, transaction: Transaction) -> Login:
    login_id, now = transaction.new_id(), transaction.now
    phone = use(app, code, login_id, transaction)
    account = _account(app, code.number, phone, transaction)
    login = Login(login_id=login_id, account_id=account.account_id, kind="resident", began=now,
                  expires_at=now + app.policy.resident_login)
    app.store.resident_accounts.sign_in(KeptLogin(
        login_id=login_id, account_id=account.account_id, device=device, began=now,
        expires_at=login.expires_at,
    ), within=transaction)
    return login


def _account(app: Events, number: str, phone: str, transaction: Transaction) -> Account:
    """The telephone's account, brought up to date; a new one for the first time."""
    known = app.store.resident_accounts.with_number(number, within=transaction)
    if known is not None:
        refreshed(app, known, transaction)
        return known
    now = transaction.now
    made = Account(
        account_id=transaction.new_id(), number=number, phone=app.vault.seal(phone),
        opened_at=now, logins_from=now, person_refs=people_of(app, number, transaction),
    )
    app.store.resident_accounts.add(made, within=transaction)
    tell(app, made, made.person_refs, transaction)
    return made


def _said_again(app: Events, login_id: str, transaction: Transaction) -> Login | BrokenRule:
    kept = app.store.resident_accounts.login(login_id, within=transaction)
    if kept is None or kept.ended_at is not None:
        return CodeOver()
    return Login(login_id=login_id, account_id=kept.account_id, kind="resident",
                 began=kept.began, expires_at=kept.expires_at)
