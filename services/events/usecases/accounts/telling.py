"""A staff account saved and told to all services in one commit."""

from __future__ import annotations

from contracts.events import AccountChanged
from kernel.transaction import Transaction
from services.events.domain.staff_account import StaffAccount
from services.events.usecases.application import Events
from services.events.usecases.telling_accounts import tell_account


def save_and_tell(app: Events, after: StaffAccount, *, within: Transaction) -> None:
    """Saves it as it is now and tells everybody. Raises LostRace."""
    app.store.staff.save(after, within=within)
    tell(app, after, within=within)


def tell(app: Events, account: StaffAccount, *, within: Transaction) -> None:
    """Tells everybody what the account may."""
    tell_account(app, AccountChanged(
        account_id=account.account_id, kind="staff", account_name=account.name,
        roles=account.grant.roles, programmes=account.grant.programmes,
        streets=account.grant.streets,
        person_refs=(account.person_ref,) if account.person_ref else (),
        open=account.open, logins_from=account.logins_from,
    ), within=within)
