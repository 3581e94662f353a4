"""Logins of one's own: seen, ended one by one or all, and renewed with another password."""

from __future__ import annotations

from dataclasses import replace

from contracts.events import LoginEnded
from kernel.transaction import Transaction
from services.events.domain.broken import NotSignedIn, UnknownLogin
from services.events.domain.staff_account import StaffAccount, StaffLogin
from services.events.usecases.accounts.passwords import fits, hashed
from services.events.usecases.accounts.signing_in import Signed, begin, check_tries, count_wrong
from services.events.usecases.accounts.telling import save_and_tell
from services.events.usecases.application import Events
from services.events.usecases.telling_accounts import tell_end


def own(app: Events, account_id: str) -> tuple[StaffAccount, list[StaffLogin]]:
    """The account and where it is signed in, the newest first. Raises UnknownAccount."""

    def work(transaction: Transaction) -> tuple[StaffAccount, list[StaffLogin]]:
        return (app.store.staff.one(account_id, within=transaction),
                app.store.staff.logins(account_id, within=transaction))

    return app.transactions.look(work)


def end(app: Events, account_id: str, login_id: str) -> StaffLogin:
    """Ends one login, here at once, elsewhere when it is heard. Raises UnknownLogin."""

    def work(transaction: Transaction) -> StaffLogin:
        ended = app.store.staff.end(account_id, login_id, within=transaction)
        if ended is None:
            raise UnknownLogin
        tell_end(app, LoginEnded(account_id=account_id, login_id=login_id,
                                 expires_at=ended.expires_at), within=transaction)
        return ended

    return app.transactions.run(work)


def end_all(app: Events, account_id: str) -> None:
    """Ends every login of the account. Safe to repeat. Raises UnknownAccount."""
    app.transactions.run(lambda within: without_logins(
        app, app.store.staff.one(account_id, within=within), within=within))


def without_logins(app: Events, account: StaffAccount, *, within: Transaction) -> None:
    """Saves the account with whatever was changed of it, and nobody signed in to it."""
    app.store.staff.end_all(account.account_id, within=within)
    save_and_tell(app, replace(account, logins_from=within.now), within=within)


def change_password(app: Events, account_id: str, *, old: str, new: str, device: str,
                    address: str | None) -> Signed:
    """Another password; every login ends and one begins anew, in the browser that asked.

    Raises NotSignedIn for a wrong old one, WeakPassword, TooManyWrong, NoLoginKey.
    """
    check_tries(app, account_id, address)
    before = app.store.staff.one(account_id)
    if not fits(old, before.password):
        count_wrong(app, account_id, address)
        raise NotSignedIn
    kept = hashed(new, name=before.name)

    def work(transaction: Transaction) -> Signed:
        account = app.store.staff.one(account_id, within=transaction)
        if account.password != before.password:
            raise NotSignedIn
        without_logins(app, replace(account, password=kept), within=transaction)
        return begin(app, account, device=device, within=transaction)

    return app.transactions.run(work)
