"""Many sign-ups for one session at the same moment, on a real database (C-49, R-15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from kernel.transaction import Transaction
from services.events.domain.broken import AlreadyRegistered
from services.events.domain.session import Session
from services.events.store.sessions import Sessions
from services.events.usecases.application import Commit, Events
from services.events.usecases.signing_up import Caller
from tests.integration.events.crowd import at_once, statuses
from tests.unit.events.builders import Town, once


class Unguarded(Sessions):
    """Counters written as they were read, whatever happened meanwhile: check, then write."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        super().__init__(database)
        self.plain = database["sessions"]

    def save(self, before: Session, after: Session, *, within: Transaction) -> Session:
        names = ("taken", "waiting", "waiting_in", "arrivals")
        counters = {name: getattr(after, name) for name in names}
        self.plain.update_one({"_id": before.session_id}, {"$set": counters})
        return after


class NoLine:
    """Everybody commits alone, at the same time as the others."""

    def of(self, _: str, commit: Commit) -> NoLine:
        self.commit = commit
        return self

    def submit(self, order: Any) -> Any:
        outcome = self.commit([order])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def without_guard(app: Events) -> Events:
    """The same use case without transaction, condition and line."""
    transactions: Any = app.transactions
    transactions._atomic = lambda work, until: work(None)
    store = replace(app.store, sessions=Unguarded(transactions.database))
    lines: Any = NoLine()
    return replace(app, store=store, lines=lines)


def orders(town: Town, session_id: str, count: int) -> list[Callable[[], dict[str, Any]]]:
    return [partial(town.sign_up, session_id, number) for number in range(count)]


def test_without_the_guard_the_race_happens(town: Town) -> None:
    session_id = town.session(capacity=10)
    town.app = without_guard(town.app)
    answered = statuses(at_once(orders(town, session_id, 50)))
    assert answered["confirmed"] > 10, answered


@pytest.mark.parametrize(("people", "capacity"), [(50, 20), (300, 120)])
def test_a_rush_fills_exactly_and_the_rest_stands_in_line(town: Town, people: int,
                                                          capacity: int) -> None:
    session_id = town.session(capacity=capacity)
    answers = at_once(orders(town, session_id, people))
    assert statuses(answers) == {"confirmed": capacity, "waitlisted": people - capacity}
    positions = sorted(each["position"] for each in answers if "position" in each)
    assert positions == list(range(1, people - capacity + 1))
    pool = town.pool(session_id)
    assert (pool.taken, pool.waiting, pool.arrivals) == (capacity, people - capacity, people)
    assert len(town.told("signup_confirmed")) == capacity
    assert len(town.told("signup_waitlisted")) == people - capacity


def test_two_processes_fill_one_session_exactly(town: Town, twin: Town) -> None:
    session_id = town.session(capacity=30)
    crowd = [*orders(town, session_id, 80)[:40], *orders(twin, session_id, 80)[40:]]
    answers = at_once(crowd)
    assert statuses(answers) == {"confirmed": 30, "waitlisted": 50}
    assert sorted(each["position"] for each in answers if "position" in each) == list(range(1, 51))


def test_the_line_moves_in_the_order_of_arrival(town: Town) -> None:
    session_id = town.session(capacity=5)
    answers = at_once(orders(town, session_id, 20))
    line = sorted((each for each in answers if "position" in each), key=lambda a: a["position"])
    for seated in [each for each in answers if each["status"] == "confirmed"]:
        town.cancel(seated["registration_id"])
    promoted = [each.data["registration_id"] for each in town.told("signup_promoted")]
    assert promoted == [each["registration_id"] for each in line[:5]]


def test_parties_are_let_in_whole_or_wait_whole(town: Town) -> None:
    session_id = town.session(capacity=40)
    answers = at_once([
        partial(town.sign_up, session_id, *range(10 * n, 10 * n + 1 + n % 4)) for n in range(40)
    ])
    seated = sum(len(each["party"]) for each in answers if each["status"] == "confirmed")
    assert seated == town.pool(session_id).taken <= 40
    people = town.database["people"].find({"engagements.session_id": session_id})
    assert len(list(people)) == sum(len(each["party"]) for each in answers)


def test_one_person_gets_one_place_however_often_they_tap(town: Town, twin: Town) -> None:
    session_id = town.session()
    answers = at_once([partial(each.sign_up, session_id, 1) for each in [town, twin] * 15])
    assert statuses(answers) == {"confirmed": 1, AlreadyRegistered.__name__: 29}
    assert town.pool(session_id).taken == 1
    assert len(town.told("contact_recorded")) == 1


def test_one_key_used_fifty_times_at_once_is_one_registration(town: Town, twin: Town) -> None:
    session_id = town.session()
    caller = Caller(once=once("tap"))
    answers = at_once([
        partial(each.sign_up, session_id, 1, caller=caller) for each in [town, twin] * 25
    ])
    assert all(answer == answers[0] for answer in answers) and isinstance(answers[0], dict)
    assert len(town.told("signup_confirmed")) == 1


def test_a_newcomer_at_two_sessions_at_once_is_one_person(town: Town, twin: Town) -> None:
    starts = [town.clock() + timedelta(days=7 + n) for n in range(6)]
    sessions = [town.session(starts_at=each) for each in starts]
    answers = at_once([
        partial(each.sign_up, session_id, 1) for session_id in sessions for each in (town, twin)
    ])
    made = [each for each in answers if isinstance(each, dict)]
    assert len(made) == 6
    assert len({each["party"][0] for each in made}) == 1


def test_sign_ups_and_cancellations_at_once_leave_nobody_waiting_beside_a_free_place(
        town: Town, twin: Town) -> None:
    session_id = town.session(capacity=15)
    first = [town.sign_up(session_id, number)["registration_id"] for number in range(20)]
    crowd = [partial(twin.cancel, each) for each in first[::2]]
    answers = at_once([*crowd, *orders(town, session_id, 60)[20:]])
    assert not [each for each in answers if isinstance(each, Exception)]
    pool = town.pool(session_id)
    kept = statuses(list(town.database["registrations"].find()))
    assert (pool.taken, pool.waiting) == (15, 35) == (kept["confirmed"], kept["waitlisted"])


def test_of_sessions_at_one_time_a_person_gets_one_however_many_are_asked_at_once(
        town: Town, twin: Town) -> None:
    """Limits per person hold across sessions: their sign-ups meet in the person's own document."""
    starts = town.clock() + timedelta(days=7)
    sessions = [town.session(starts_at=starts) for _ in range(8)]
    for session_id in sessions:
        town.sign_up(session_id, 99 + sessions.index(session_id))
    first = town.sign_up(town.session(starts_at=starts + timedelta(days=30)), 1)
    answers = at_once([
        partial(each.sign_up, session_id, 1) for session_id in sessions for each in (town, twin)
    ])
    made = [each for each in answers if isinstance(each, dict)]
    assert len(made) == 1 and made[0]["party"] == first["party"]
    assert {type(each).__name__ for each in answers if isinstance(each, Exception)} <= {
        "Clash", "AlreadyRegistered"}


def test_a_monthly_limit_is_exact_however_many_are_asked_at_once(town: Town, twin: Town) -> None:
    month = datetime(2030, 3, 1, 2, tzinfo=UTC)
    sessions = [
        town.session(starts_at=month + timedelta(days=n), per_month=3) for n in range(10)
    ]
    town.sign_up(town.session(starts_at=month + timedelta(days=60)), 1)
    answers = at_once([
        partial(each.sign_up, session_id, 1)
        for session_id, each in zip(sessions, [town, twin] * 5, strict=True)
    ])
    assert len([each for each in answers if isinstance(each, dict)]) == 3


def test_the_database_itself_refuses_a_second_active_registration(town: Town) -> None:
    session_id = town.session()
    made = town.sign_up(town.session(starts_at=town.clock() + timedelta(days=9)), 1)
    kept = town.database["registrations"]
    copy = kept.find_one({"_id": made["registration_id"]})
    assert copy is not None
    first = {**copy, "_id": "x1", "session_id": session_id, "party": ["a", "b"]}
    kept.insert_one(first)
    with pytest.raises(DuplicateKeyError):
        kept.insert_one({**first, "_id": "x2", "party": ["b", "c"]})
    kept.update_one({"_id": "x1"}, {"$set": {"active": False}})
    kept.insert_one({**first, "_id": "x2", "party": ["b", "c"]})
