"""Accounts of staff as operators make and change them; what is delicate takes two (C-17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kernel.acting import Acting, not_other_eyes
from kernel.transaction import Transaction
from services.events.domain.broken import (
    AccountShut,
    BadAccountName,
    NameTaken,
    OwnAccount,
    SelfMade,
    TwoNeeded,
)
from services.events.domain.staff_account import (
    DELICATE,
    NAME,
    RESERVED,
    Grant,
    GrantRequest,
    StaffAccount,
    needs_two,
)
from services.events.usecases.accounts.inviting import with_invitation
from services.events.usecases.accounts.leaving import without_logins
from services.events.usecases.accounts.telling import save_and_tell, tell
from services.events.usecases.application import Events

COMMAND = Acting(actor="operator command")  # no account's name: who types it has every key anyway
NOTHING = Grant(roles=())


def add(app: Events, name: str, grant: Grant, *, by: Acting,
        person_ref: str | None = None) -> StaffAccount:
    """A new account, which nobody can sign in to before they were invited. Delicate roles wait for
    a second operator. Raises BadAccountName, NameTaken."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise BadAccountName

    def work(transaction: Transaction) -> StaffAccount:
        if app.store.staff.found(name=name, within=transaction):
            raise NameTaken
        account = StaffAccount(
            account_id=transaction.new_id(), name=name, grant=NOTHING, person_ref=person_ref,
            made_at=transaction.now, logins_from=transaction.now,
        )
        now, waits = _at_once(grant, NOTHING, by)
        account = replace(account, grant=now)
        app.store.staff.add(account, within=transaction)
        tell(app, account, within=transaction)
        if waits:
            _ask(app, account, grant, by, transaction)
        transaction.note({}, {"account": name, **noted(grant), "waits": waits})
        return account

    return app.transactions.run(work)


def change(app: Events, name: str, grant: Grant, *, by: Acting) -> bool:
    """Other roles or limits; whether they count already, and do not wait for a second operator.

    Until then the account keeps of what it had whatever is to stay. Raises UnknownAccount,
    OwnAccount.
    """

    def work(transaction: Transaction) -> bool:
        before = _other(app, name, by, transaction)
        now, waits = _at_once(grant, before.grant, by)
        save_and_tell(app, replace(before, grant=now), within=transaction)
        app.store.staff.withdraw(before.account_id, within=transaction)
        if waits:
            _ask(app, before, grant, by, transaction)
        transaction.note({"account": name, **noted(before.grant)},
                         {**noted(grant), "waits": waits})
        return not waits

    return app.transactions.run(work)


def decide(app: Events, request_id: str, *, approve: bool, by: Acting) -> GrantRequest:
    """Another operator's yes or no. Raises UnknownRequest, SelfMade."""

    def work(transaction: Transaction) -> GrantRequest:
        request = app.store.staff.request(request_id, within=transaction)
        account = app.store.staff.one(request.account_id, within=transaction)
        maker = app.store.staff.found(name=request.asked_by, within=transaction)
        asked = Acting(actor=request.asked_by, person_ref=maker.person_ref if maker else None)
        concerned = [account.person_ref] if account.person_ref else []
        if by.actor == account.name or not_other_eyes(by, maker=asked, concerned=concerned):
            raise SelfMade
        state = "approved" if approve else "refused"
        app.store.staff.decide(request, state, by.actor, within=transaction)
        if approve:
            save_and_tell(app, replace(account, grant=request.grant), within=transaction)
        transaction.note({"account": account.name, **noted(account.grant)},
                         {**noted(request.grant), "state": state, "asked_by": request.asked_by})
        return request

    return app.transactions.run(work)


def invite(app: Events, name: str, *, by: Acting) -> str:
    """The code of a new invitation, kept nowhere. Raises UnknownAccount, OwnAccount, AccountShut,
    and TwoNeeded where it would let one operator into what takes two to give."""

    def work(transaction: Transaction) -> str:
        before = _other(app, name, by, transaction)
        if not before.open:
            raise AccountShut
        if by != COMMAND and before.password and DELICATE & set(before.grant.roles):
            raise TwoNeeded
        after, code = with_invitation(app, before, transaction)
        app.store.staff.save(after, within=transaction)
        transaction.note({"account": name}, {"invited": True})
        return code

    return app.transactions.run(work)


def reset(app: Events, name: str, *, by: Acting) -> str:
    """Takes the one-time code and the recovery codes away and signs out everywhere; the code of an
    invitation to set new ones. Raises as `invite`."""

    def work(transaction: Transaction) -> str:
        before = _other(app, name, by, transaction)
        if not before.open:
            raise AccountShut
        if by != COMMAND and DELICATE & set(before.grant.roles):
            raise TwoNeeded
        after, code = with_invitation(app, before, transaction)
        without_logins(app, replace(after, secret=None, recovery=()), within=transaction)
        transaction.note({"account": name}, {"reset": True})
        return code

    return app.transactions.run(work)


def sign_out(app: Events, name: str, *, by: Acting) -> None:
    """Ends every login of the account. Safe to repeat. Raises UnknownAccount."""
    _apply(app, name, by, lambda before: before, {"signed_out": True})


def shut(app: Events, name: str, *, by: Acting) -> None:
    """Nobody signs in to it any more, and who is signed in is out; it keeps its name for the
    records. Safe to repeat. Raises UnknownAccount, OwnAccount."""
    _apply(app, name, by, lambda before: replace(before, open=False, invitation=None),
           {"open": False})


def reopen(app: Events, name: str, *, by: Acting) -> None:
    """As it was, with what it signed in with. Safe to repeat. Raises UnknownAccount, OwnAccount,
    and TwoNeeded as `invite`."""

    def again(before: StaffAccount) -> StaffAccount:
        if by != COMMAND and not before.open and DELICATE & set(before.grant.roles):
            raise TwoNeeded
        return replace(before, open=True)

    _apply(app, name, by, again, {"open": True})


def noted(grant: Grant) -> dict[str, str]:
    """For the audit log."""
    return {each: ",".join(value) for each, value in vars(grant).items() if value}


def _apply(app: Events, name: str, by: Acting, change: Callable[[StaffAccount], StaffAccount],
           said: dict[str, bool]) -> None:
    def work(transaction: Transaction) -> None:
        before = _other(app, name, by, transaction)
        without_logins(app, change(before), within=transaction)
        transaction.note({"account": name, "open": before.open}, said)

    app.transactions.run(work)


def _other(app: Events, name: str, by: Acting, transaction: Transaction) -> StaffAccount:
    """Raises UnknownAccount, OwnAccount."""
    account = app.store.staff.named(name, within=transaction)
    is_same_person = by.person_ref is not None and by.person_ref == account.person_ref
    if by.actor == name or is_same_person:
        raise OwnAccount
    return account


def _at_once(wanted: Grant, before: Grant, by: Acting) -> tuple[Grant, bool]:
    """What counts now, and whether the rest waits: nothing delicate is gained meanwhile."""
    if by == COMMAND or not needs_two(before, wanted):
        return wanted, False
    roles = tuple(each for each in wanted.roles if each not in DELICATE or each in before.roles)
    if not needs_two(before, replace(wanted, roles=roles)):
        return replace(wanted, roles=roles), True
    return replace(before, roles=roles), True


def _ask(app: Events, account: StaffAccount, grant: Grant, by: Acting,
         transaction: Transaction) -> None:
    app.store.staff.ask(GrantRequest(
        request_id=transaction.new_id(), account_id=account.account_id, name=account.name,
        grant=grant, asked_by=by.actor, asked_at=transaction.now,
    ), within=transaction)
