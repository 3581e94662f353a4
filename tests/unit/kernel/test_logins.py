"""Logins: what a token opens now, and that nothing else opens anything."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import AccountChanged, LoginEnded
from kernel.accounts import Accounts
from kernel.clock import FixedClock
from kernel.envelope import Envelope, wrap
from kernel.login_token import Checker, Login, Signer, public_of
from kernel.logins import Logins, keep_accounts
from kernel.memory import memory_database
from kernel.rights import Permission
from kernel.transaction import Transactions

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
LOGIN = Login(login_id="0" * 32, account_id="a" * 32, kind="staff", began=NOW,
              expires_at=NOW + timedelta(hours=12))
ACCOUNT = AccountChanged(
    account_id="a" * 32, kind="staff", account_name="reception", roles=("desk",),
    programmes=("road-angels",), streets=(), person_refs=("p-7",), open=True,
    logins_from=NOW - timedelta(days=1),
)
QUEUE = "volunteers.keep-accounts"


class Place:
    """One service that hears of accounts."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW + timedelta(seconds=1))
        self.transactions = Transactions(memory_database(), source="/t", clock=self.clock)
        self.accounts = Accounts(self.transactions.database)
        self.logins = Logins(self.accounts, Checker([public_of(OTHER), public_of(SEED)]),
                             self.clock)
        self.told = 0

    def hear(self, *facts: AccountChanged | LoginEnded) -> list[Envelope]:
        heard = []
        for fact in facts:
            self.told += 1
            heard.append(told(fact, self.told))
        keep_accounts(self.transactions, QUEUE, heard)
        return heard


def told(fact: AccountChanged | LoginEnded, sequence: int) -> Envelope:
    return wrap(fact, id=f"{sequence:032d}", source="/xiangxin/events", time=NOW,
                sequence=sequence)


def token(login: Login = LOGIN, seed: bytes = SEED) -> str:
    return Signer(seed).sign(login)


def test_a_login_brings_the_rights_of_the_account_as_they_stand_now() -> None:
    place = Place()
    place.hear(ACCOUNT)
    rights = place.logins.staff(token())
    assert rights is not None and rights.staff and rights.actor == "reception"
    assert rights.permissions == {Permission.VIEW, Permission.DESK} and not rights.confidential
    assert rights.person_ref == "p-7" and rights.account_id == "a" * 32
    assert rights.scope.covers(programme="road-angels", street="大鹏")
    assert not rights.scope.covers(programme="youth-night") and not rights.scope.covers()

    place.hear(replace(ACCOUNT, roles=("caseworker",), programmes=()))
    later = place.logins.staff(token())
    assert later is not None and later.confidential and not later.may(Permission.DESK)


@pytest.mark.parametrize("change", [
    {"open": False}, {"logins_from": NOW + timedelta(milliseconds=1)}, {"kind": "resident"},
])
def test_a_login_ends_with_its_account(change: dict[str, Any]) -> None:
    place = Place()
    place.hear(ACCOUNT, replace(ACCOUNT, **change))
    assert place.logins.staff(token()) is None


def test_one_login_ends_and_the_other_one_goes_on() -> None:
    place = Place()
    other = replace(LOGIN, login_id="1" * 32)
    ended = LoginEnded(account_id="a" * 32, login_id=LOGIN.login_id, expires_at=LOGIN.expires_at)
    place.hear(ended, ACCOUNT)  # the broker keeps no order between services' restarts
    assert place.logins.staff(token()) is None
    assert place.logins.staff(token(other)) is not None


def test_an_ended_login_is_remembered_no_longer_than_its_token_holds() -> None:
    place = Place()
    place.hear(ACCOUNT, LoginEnded(account_id="a" * 32, login_id="0" * 32,
                                   expires_at=LOGIN.expires_at))
    place.clock.advance(timedelta(hours=12))
    place.hear(LoginEnded(account_id="a" * 32, login_id="2" * 32,
                          expires_at=NOW + timedelta(hours=20)))
    row = place.accounts.row("a" * 32)
    assert row is not None and [each["login_id"] for each in row["ended"]] == ["2" * 32]
    assert place.logins.staff(token()) is None


def test_what_was_told_earlier_never_undoes_what_was_told_later() -> None:
    place = Place()
    later, earlier = told(replace(ACCOUNT, open=False), 2), told(ACCOUNT, 1)
    for each in (later, earlier, earlier):
        keep_accounts(place.transactions, QUEUE, [each])
    assert place.logins.staff(token()) is None


def test_who_stands_for_whom() -> None:
    place = Place()
    place.hear(replace(ACCOUNT, kind="resident", roles=(), person_refs=("p-1", "p-2")))
    found = place.logins.resident(token(replace(LOGIN, kind="resident")))
    assert found is not None and found.person_refs == ("p-1", "p-2")
    assert place.logins.staff(token(replace(LOGIN, kind="resident"))) is None


def forged(**claims: Any) -> str:
    """A token without signature, as a naive reader would take it."""
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    body = {"sub": "a" * 32, "jti": "0" * 32, "aud": "staff", "iat": NOW.timestamp(),
            "exp": LOGIN.expires_at.timestamp(), **claims}
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b'=').decode()}."


@pytest.mark.parametrize("given", [
    "", "a.b.c", "…", "x" * 2_000, forged(), token()[:-4] + "AAAA",
    token(seed=bytes(32)), token(replace(LOGIN, began=NOW + timedelta(hours=1))),
    token(replace(LOGIN, expires_at=NOW + timedelta(seconds=1))),
    token(replace(LOGIN, account_id="b" * 32)),
])
def test_nothing_else_opens_anything(given: str) -> None:
    place = Place()
    place.hear(ACCOUNT)
    assert place.logins.staff(given) is None and place.logins.resident(given) is None


def test_a_key_that_is_given_up_opens_nothing_any_more() -> None:
    place = Place()
    place.hear(ACCOUNT)
    without = Logins(place.accounts, Checker([public_of(OTHER)]), place.clock)
    assert place.logins.staff(token()) is not None and without.staff(token()) is None
    assert Logins(place.accounts, Checker([]), place.clock).staff(token()) is None
