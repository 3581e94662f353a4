"""Codes on a real database: several at once are counted, tried and used as if one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from pymongo import MongoClient

from kernel.clock import system_clock
from services.events.domain.broken import BrokenRule, CodeOver, TooManyCodes, WrongCode
from services.events.domain.resident_code import TRIES
from services.events.usecases.resident_codes import ask_code
from services.events.usecases.resident_signing_in import sign_in
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.test_resident_sign_in import code_of, wrong

PHONE = "13900000001"
AT_ONCE = 8
T = TypeVar("T")


@pytest.fixture
def town(mongodb_uri: str, database_name: str) -> Iterator[Town]:
    with MongoClient[dict[str, object]](mongodb_uri, tz_aware=True) as client:
        yield Town.on(client[database_name], system_clock())


def at_once(work: Callable[[], T]) -> list[T | BrokenRule]:
    """What each of several got who asked at the same moment."""
    def tried() -> T | BrokenRule:
        try:
            return work()
        except BrokenRule as rule:
            return rule

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [each.result() for each in [pool.submit(tried) for _ in range(AT_ONCE)]]


def test_c_40_of_codes_asked_for_at_once_one_is_sent(town: Town) -> None:
    got = at_once(lambda: ask_code(town.app, PHONE, "sign_in", caller=PUBLIC))
    assert sum(isinstance(each, str) for each in got) == 1
    assert sum(isinstance(each, TooManyCodes) for each in got) == AT_ONCE - 1
    assert len(town.told("sign_in_code_made")) == 1


def test_wrong_codes_at_once_use_up_the_tries_and_no_more(town: Town) -> None:
    secret = ask_code(town.app, PHONE, "sign_in", caller=PUBLIC)
    code = code_of(town, PHONE)
    got = at_once(lambda: sign_in(town.app, secret, wrong(code), device=""))
    left = sorted(each.left for each in got if isinstance(each, WrongCode))
    assert left == list(range(TRIES)) and len(got) - TRIES == sum(
        isinstance(each, CodeOver) for each in got)
    with pytest.raises(CodeOver):
        sign_in(town.app, secret, code, device="")


def test_the_right_code_at_once_is_one_account_and_one_login(town: Town) -> None:
    secret = ask_code(town.app, PHONE, "sign_in", caller=PUBLIC)
    code = code_of(town, PHONE)
    got = at_once(lambda: sign_in(town.app, secret, code, device=""))
    logins = {each[0].login_id for each in got if not isinstance(each, BrokenRule)}
    assert len(logins) == 1 and not any(isinstance(each, BrokenRule) for each in got)
    assert town.database["resident_logins"].count_documents({}) == 1
    assert town.database["resident_accounts"].count_documents({}) == 1
