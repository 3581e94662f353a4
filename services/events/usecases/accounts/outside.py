"""Members of staff whom the district's identity provider vouches for: their account follows what it
says, and a login begins."""

from __future__ import annotations

from dataclasses import replace

from kernel.rights import ROLES
from kernel.transaction import Transaction
from services.events.domain.broken import NotLetIn
from services.events.domain.staff_account import NAME, RESERVED, Grant, StaffAccount
from services.events.usecases.accounts.identity import Told
from services.events.usecases.accounts.leaving import end_all
from services.events.usecases.accounts.managing import noted
from services.events.usecases.accounts.signing_in import Signed, begin
from services.events.usecases.accounts.telling import save_and_tell, tell
from services.events.usecases.application import Events


def sign_in(app: Events, told: Told, *, device: str) -> tuple[StaffAccount, Signed]:
    """The account, made at the first time if the provider gives it a role, with the roles of now;
    its limits are ours. Raises NotLetIn for whom it gives none, for an account that was closed
    here, and for a name that is somebody else's; NoLoginKey."""
    roles = tuple(role for role in ROLES if role in told.roles)
    proof = app.vault.seal(told.proof)

    def work(transaction: Transaction) -> tuple[StaffAccount, Signed] | None:
        account = app.store.staff.found(subject=told.subject, within=transaction)
        if account is None and roles:
            account = _made(app, told, roles, transaction)
        elif account is not None and account.grant.roles != roles:
            account = _with_roles(app, account, roles, transaction)
        if account is None or not account.open or not roles:
            return None
        return account, begin(app, account, device=device, within=transaction, proof=proof)

    done = app.transactions.run(work)
    if done is None:
        raise NotLetIn
    return done


def signed_out(app: Events, subject: str) -> None:
    """The provider says that somebody signed out there: so they are here, everywhere. Nothing for
    whom we do not know."""
    if account := app.store.staff.found(subject=subject):
        end_all(app, account.account_id)


def proof_of(app: Events, account_id: str, login_id: str) -> str | None:
    """The provider's word that a login began with; None for one with a password."""
    sealed = app.store.staff.proof(account_id, login_id)
    return app.vault.open(sealed) if sealed is not None else None


def _made(app: Events, told: Told, roles: tuple[str, ...],
          transaction: Transaction) -> StaffAccount:
    name = told.name.casefold()
    if (not NAME.fullmatch(name) or name in RESERVED
            or app.store.staff.found(name=name, within=transaction)):
        raise NotLetIn
    account = StaffAccount(
        account_id=transaction.new_id(), name=name, grant=Grant(roles=roles),
        made_at=transaction.now, logins_from=transaction.now, subject=told.subject,
    )
    app.store.staff.add(account, within=transaction)
    tell(app, account, within=transaction)
    transaction.note({}, {"account": name, **noted(account.grant)})
    return account


def _with_roles(app: Events, account: StaffAccount, roles: tuple[str, ...],
                transaction: Transaction) -> StaffAccount:
    after = replace(account, grant=replace(account.grant, roles=roles))
    save_and_tell(app, after, within=transaction)
    transaction.note({"account": account.name, **noted(account.grant)}, noted(after.grant))
    return replace(after, version=after.version + 1)
