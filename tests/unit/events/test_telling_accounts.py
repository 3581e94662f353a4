"""Accounts: what is told of them is known here in the same commit, under the number it carries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.events import AccountChanged, LoginEnded
from kernel.accounts import Accounts
from kernel.transaction import Transaction
from services.events.usecases.telling_accounts import tell_account, tell_end
from tests.unit.events.builders import NOON, Town

ACCOUNT = AccountChanged(
    account_id="a" * 32, kind="staff", account_name="reception", roles=("desk",), programmes=(),
    streets=(), person_refs=(), open=True, logins_from=NOON,
)
ENDED = LoginEnded(account_id="a" * 32, login_id="1" * 32, expires_at=NOON + timedelta(hours=12))


def test_account_and_ended_login_are_known_at_once_and_told_without_a_gap(town: Town) -> None:
    def work(transaction: Transaction) -> None:
        tell_account(town.app, ACCOUNT, within=transaction)
        tell_end(town.app, ENDED, within=transaction)

    town.app.transactions.run(work)
    shut = replace(ACCOUNT, open=False)
    town.app.transactions.run(lambda within: tell_account(town.app, shut, within=within))
    row = Accounts(town.database).row("a" * 32)
    assert row is not None and (row["open"], row["sequence"]) == (False, 3)
    assert [each["login_id"] for each in row["ended"]] == ["1" * 32]
    told = [each for each in town.told() if each.subject == "account/" + "a" * 32]
    assert [each.sequence for each in told] == [1, 2, 3]
    assert [each.fact() for each in told] == [ACCOUNT, ENDED, shut]


def test_what_breaks_off_is_neither_known_nor_told(town: Town) -> None:
    def work(transaction: Transaction) -> None:
        tell_account(town.app, ACCOUNT, within=transaction)
        raise LookupError

    with pytest.raises(LookupError):
        town.app.transactions.run(work)
    assert Accounts(town.database).row("a" * 32) is None
