"""Families on a real database: what several do at the same moment comes out as if one after
another, and a child is never left without anybody unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.events.domain.broken import BrokenRule, CodeOver, LastGuardian
from services.events.domain.family import TEXT_VERSION
from services.events.usecases.family import adults, children, guarding, leaving
from services.events.usecases.resident_signing_in import stands_for
from tests.unit.events.builders import Town
from tests.unit.events.test_family import OTHER, account_of, add, ask, joined
from tests.unit.events.test_resident_sign_in import code_of

Outcome = object



def at_once(*works: Callable[[], Outcome]) -> list[Outcome]:
    """What each of several got who acted at the same moment."""
    def tried(work: Callable[[], Outcome]) -> Outcome:
        try:
            return work()
        except BrokenRule as rule:
            return rule

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(tried, work) for work in works]]


def test_one_code_sent_at_once_joins_once(town: Town) -> None:
    account = account_of(town)
    secret = ask(town, account)
    joining = adults.Joining(secret=secret, code=code_of(town, OTHER), name="测试0002")
    got = at_once(*[lambda: adults.join(town.app, account, joining)] * 6)
    assert not [each for each in got if isinstance(each, BrokenRule)]
    assert town.database["family_ties"].count_documents({}) == 1


def test_a_code_used_up_joins_nobody_else(town: Town) -> None:
    account = account_of(town)
    secret = ask(town, account)
    joining = adults.Joining(secret=secret, code=code_of(town, OTHER), name="测试0002")
    adults.join(town.app, account, joining)
    town.clock.advance(timedelta(minutes=1))
    with pytest.raises(CodeOver):
        adults.join(town.app, account, joining)


def test_two_guardians_who_leave_at_once_do_not_leave_the_child_unnoticed(town: Town) -> None:
    first = account_of(town)
    ref, second = add(town, first), joined(town, first)
    other = account_of(town, OTHER, "测试0002")
    children.name_guardian(town.app, first, ref, second)
    children.answer_for_child(town.app, other, ref, "given", TEXT_VERSION)
    got = at_once(lambda: leaving.leave(town.app, first, ref),
                  lambda: leaving.leave(town.app, other, ref))
    assert [isinstance(each, LastGuardian) for each in got].count(True) == 1
    held = [ref in stands_for(town.app, each) for each in (first, other)]
    assert held.count(True) == 1 and guarding.without_guardian(town.app) == []


def test_one_child_added_by_two_forms_at_once_is_one_child(town: Town) -> None:
    account = account_of(town)
    refs = at_once(*[lambda: add(town, account)] * 4)
    assert len(set(map(str, refs))) == 1
    assert town.database["family_ties"].count_documents({"state": "standing"}) == 1
