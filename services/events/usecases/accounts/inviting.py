"""Invitations: a code with which a member sets password and one-time code, once."""

from __future__ import annotations

from dataclasses import replace

from kernel.transaction import Transaction
from services.events.domain.broken import InvitationOver, NotSignedIn
from services.events.domain.staff_account import INVITED_FOR, Invitation, StaffAccount
from services.events.usecases.accounts.one_time import (
    digest_of,
    link_of,
    matching_step,
    new_code,
    new_recovery_codes,
    new_secret,
)
from services.events.usecases.accounts.passwords import hashed
from services.events.usecases.accounts.signing_in import check_tries, count_wrong
from services.events.usecases.accounts.telling import save_and_tell
from services.events.usecases.application import Events

WHO = "invitation"  # nobody has a name yet: wrong ones count together, and by address


def with_invitation(app: Events, account: StaffAccount,
                    within: Transaction) -> tuple[StaffAccount, str]:
    """The account with a new invitation instead of an earlier one, not yet saved; and the code,
    which is kept nowhere. What it signs in with now goes on until the invitation is used."""
    code = new_code()
    made = Invitation(digest=digest_of(code), until=within.now + INVITED_FOR,
                      secret=app.vault.seal(new_secret()))
    return replace(account, invitation=made), code


def open_invitation(app: Events, code: str, *, address: str | None) -> StaffAccount:
    """Whom the code invites. Raises InvitationOver, TooManyWrong, Unavailable."""
    check_tries(app, f"{WHO} {address}", address)
    account = app.store.staff.invited(digest_of(code))
    if account is None or not account.invited(digest_of(code), app.clock()):
        count_wrong(app, f"{WHO} {address}", address)
        raise InvitationOver
    return account


def secret_of(app: Events, account: StaffAccount) -> tuple[str, str]:
    """What the authenticator has to hold: as text, and as the link that a QR code carries.
    Raises InvitationOver."""
    if account.invitation is None:
        raise InvitationOver
    secret = app.vault.open(account.invitation.secret)
    return secret, link_of(secret, account.name)


def accept(app: Events, account_id: str, digest: str, *, password: str, code: str,
           address: str | None) -> list[str]:
    """Sets password and one-time code, ends every login; the recovery codes, shown once.

    Raises WeakPassword, NotSignedIn for a code that the authenticator would not show,
    InvitationOver, TooManyWrong, Unavailable.
    """
    check_tries(app, account_id, address)
    kept = hashed(password, name=app.store.staff.one(account_id).name)
    recovery = new_recovery_codes()

    def work(transaction: Transaction) -> bool:
        account = app.store.staff.one(account_id, within=transaction)
        made = account.invitation
        if made is None or not account.invited(digest, transaction.now):
            raise InvitationOver
        step = matching_step(app.vault.open(made.secret), code, transaction.now, after=0)
        if step is None:
            return False
        app.store.staff.end_all(account_id, within=transaction)
        save_and_tell(app, replace(
            account, password=kept, secret=made.secret, last_step=step, invitation=None,
            recovery=tuple(map(digest_of, recovery)), logins_from=transaction.now,
        ), within=transaction)
        return True

    if not app.transactions.run(work):
        count_wrong(app, account_id, address)
        raise NotSignedIn
    return recovery
