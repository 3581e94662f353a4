"""Routes that several workers share: fail-over, probes, receipts, the way back (N-9, N-10)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest

from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.mongo import Unavailable
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.routing import Route
from services.notifications.usecases.application import App
from services.notifications.usecases.routing import Routes
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import NOW, Told, app_on, confirmed, contact, told

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class World:
    """Two workers on one database, each with providers a (weight 3) and b (weight 1)."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        database = memory_database()
        self.one, self.other = (self.worker(app_on(database, Told(), clock=self.clock))
                                for _ in range(2))

    def worker(self, app: App, **weights: int) -> Routes:
        given = weights or {"a": 3, "b": 1}
        draws = cycle(place / 8 for place in range(8))
        return Routes({name: (Told(name=name), weight) for name, weight in given.items()},
                      book=app.store.routes, transactions=app.transactions,
                      draw=lambda: next(draws))

    def chosen(self, routes: Routes, times: int = 8, purpose: str = "reminder") -> Counter[str]:
        found = [routes.choose(purpose, self.clock()) for _ in range(times)]  # type: ignore[arg-type]
        return Counter(one.name if one else "nobody" for one in found)

    def learn(self, routes: Routes, name: str, outcome: Outcome, times: int = 1, *,
              took: timedelta = SECOND) -> None:
        for _ in range(times):
            routes.learn(name, outcome, self.clock(), began=self.clock() - took)

    def route(self, routes: Routes, name: str = "a") -> Route:
        return next(route for route in routes.seen() if route.name == name)


@pytest.fixture
def world() -> World:
    return World()


def test_n_9_messages_are_shared_by_weight(world: World) -> None:
    assert world.chosen(world.one) == {"a": 6, "b": 2}


def test_n_9_when_one_fails_all_new_messages_of_all_workers_leave_by_the_other(
    world: World,
) -> None:
    world.chosen(world.other)
    world.learn(world.one, "a", NotReached("ConnectError"), 5)
    assert world.chosen(world.one) == {"b": 8}
    world.clock.advance(SECOND)
    assert world.chosen(world.other) == {"b": 8}


def test_n_9_failures_that_different_workers_saw_add_up(world: World) -> None:
    world.chosen(world.one)
    world.learn(world.one, "a", NoAnswer("ReadTimeout"), 3)
    world.clock.advance(2 * SECOND)
    world.chosen(world.one, 1)
    world.learn(world.other, "a", NoAnswer("ReadTimeout"), 1)
    assert world.route(world.other).state == "closed"
    world.clock.advance(2 * SECOND)
    world.learn(world.other, "a", NoAnswer("ReadTimeout"), 1)
    assert world.route(world.other).state == "open"


@pytest.mark.parametrize("code", ["isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH"])
def test_n_10_out_of_service_opens_at_the_first_answer(world: World, code: str) -> None:
    world.chosen(world.one)
    world.learn(world.one, "a", Refused(code, "provider_down"))
    assert (world.route(world.one).state, world.route(world.one).reason) == ("open", code)
    assert world.chosen(world.one) == {"b": 8}


def test_n_9_slow_calls_open_it_though_they_are_answered(world: World) -> None:
    world.chosen(world.one)
    world.learn(world.one, "a", Accepted(), 18)
    world.learn(world.one, "a", Accepted(), 2, took=5 * SECOND)
    assert world.route(world.one).reason == "slow"


def test_n_9_one_message_at_a_time_tries_it_and_never_an_urgent_one(world: World) -> None:
    world.learn(world.one, "a", NotReached("ConnectError"), 5)
    world.clock.advance(MINUTE)
    assert world.chosen(world.one, purpose="cancelled") == {"b": 8}
    assert world.chosen(world.one) == {"a": 1, "b": 7}
    assert world.chosen(world.other) == {"b": 8}


def test_n_9_after_answered_probes_it_returns_slowly_to_its_weight(world: World) -> None:
    world.learn(world.one, "a", NotReached("ConnectError"), 5)
    world.clock.advance(MINUTE)
    for _ in range(3):
        assert world.chosen(world.one, 1) == {"a": 1}
        world.clock.advance(SECOND)
        world.learn(world.one, "a", Accepted(), took=SECOND)
    assert world.route(world.one).state == "closed"
    assert world.chosen(world.one) == {"a": 2, "b": 6}
    world.clock.advance(5 * MINUTE)
    assert world.chosen(world.other) == {"a": 6, "b": 2}


def test_n_9_an_answer_of_before_the_probe_is_not_its_answer(world: World) -> None:
    world.learn(world.one, "a", NotReached("ConnectError"), 5)
    world.clock.advance(MINUTE)
    world.chosen(world.one, 1)
    world.learn(world.one, "a", NoAnswer("ReadTimeout"), took=MINUTE)
    assert world.route(world.one).state == "probing"


def test_n_9_nobody_is_called_while_all_are_open(world: World) -> None:
    for name in ("a", "b"):
        world.learn(world.one, name, NotReached("ConnectError"), 5)
    assert world.chosen(world.one) == {"nobody": 8}


def test_n_5_who_was_just_not_reached_is_left_out(world: World) -> None:
    other = world.one.choose("reminder", world.clock(), without=["a"])
    assert other is not None and other.name == "b"
    assert world.one.choose("reminder", world.clock(), without=["a", "b"]) is None


def sent(world: World, name: str, receipts: int, of: int = 30) -> None:
    world.learn(world.one, name, Accepted(), of)
    for _ in range(receipts):
        world.one.reported(name, world.clock() - SECOND, world.clock())


def test_n_9_missing_receipts_count_only_when_they_are_due(world: World) -> None:
    sent(world, "a", 2)
    sent(world, "b", 28)
    for _ in range(9):
        world.clock.advance(MINUTE)
        world.one.look(world.clock())
    assert world.route(world.one).state == "closed"
    for _ in range(3):
        world.clock.advance(MINUTE)
        world.one.look(world.clock())
    assert (world.route(world.one).state, world.route(world.one).reason) == ("open", "receipts")


def test_n_9_when_nobody_has_receipts_it_is_our_door_and_all_go_on(world: World) -> None:
    sent(world, "a", 0)
    sent(world, "b", 0)
    world.clock.advance(12 * MINUTE)
    assert world.chosen(world.one) == {"a": 6, "b": 2}


def test_n_9_every_change_is_remembered_with_who_and_why(world: World) -> None:
    world.chosen(world.one)
    world.clock.advance(SECOND)
    world.learn(world.one, "a", Refused("isv.ACCOUNT_ABNORMAL", "provider_down"))
    world.clock.advance(MINUTE)
    world.chosen(world.one, 1)
    world.learn(world.one, "a", NoAnswer("ReadTimeout"), took=timedelta())
    told = [(each.provider, each.who, each.what, each.why)
            for each in world.one.book.changes(10)]
    assert told[:2] == [("a", "breaker", "opened again", "isv.ACCOUNT_ABNORMAL"),
                        ("a", "breaker", "opened", "isv.ACCOUNT_ABNORMAL")]
    assert {each[:3] for each in told[2:]} == {
        ("a", "configuration", "weight"), ("b", "configuration", "weight")}


def test_n_9_a_new_weight_in_the_configuration_holds_and_an_old_one_changes_nothing(
    world: World,
) -> None:
    world.chosen(world.one)
    app = app_on(world.one.book._routes.database, Told(), clock=world.clock)
    again = world.worker(app, a=1, b=1)
    assert world.chosen(again) == {"a": 4, "b": 4}
    assert len(world.one.book.changes(10)) == 3


def test_n_28_without_the_database_it_goes_by_what_was_last_seen(world: World) -> None:
    world.chosen(world.one)

    def away(*_: object, **__: object) -> None:
        raise Unavailable

    world.one.book.routes = away  # type: ignore[assignment,method-assign]
    world.one.book.count = away  # type: ignore[method-assign]
    world.clock.advance(MINUTE)
    world.learn(world.one, "a", NotReached("ConnectError"), 9)
    assert world.chosen(world.one) == {"a": 6, "b": 2}


@pytest.mark.parametrize(("refusal", "reason"), [
    (NotReached("ConnectError"), None), (Refused("isv.SMS_SIGN_ILLEGAL", "template"), None),
    (Refused("isv.OUT_OF_SERVICE", "provider_down"), None),
    (Refused("isv.MOBILE_NUMBER_ILLEGAL", "give_up"), "isv.MOBILE_NUMBER_ILLEGAL"),
])
def test_n_9_what_surely_did_not_leave_leaves_by_the_other_at_once(
    refusal: Outcome, reason: str | None
) -> None:
    clock = FixedClock(NOW)
    app = app_on(memory_database(), Told(), clock=clock)
    bad, good = Told(name="a", outcomes=[refusal]), Told(name="b")
    routes = Routes({"a": (bad, 1), "b": (good, 1)}, book=app.store.routes,
                    transactions=app.transactions, draw=lambda: 0.0)
    app = replace(app, routes=routes)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    send_due(app)
    [document] = app.transactions.database["messages"].find()
    assert len(bad.given) == 1
    assert (len(good.given), document["state"]) == ((0, "failed") if reason else (1, "submitted"))
    assert document.get("reason") == reason
    assert document["provider"] == ("a" if reason else "b")


def test_n_7_a_template_that_a_provider_refused_leaves_by_others_for_a_while(
    world: World,
) -> None:
    told_so = Refused("isv.SMS_TEMPLATE_ILLEGAL", "template")
    world.one.learn("a", told_so, world.clock(), began=world.clock(), template="moved@1")

    def chosen(template: str) -> set[str]:
        found = [world.one.choose("moved", world.clock(), template=template) for _ in range(8)]
        return {one.name for one in found if one}

    assert (chosen("moved@1"), chosen("confirmed@1")) == ({"b"}, {"a", "b"})
    world.clock.advance(11 * MINUTE)
    assert chosen("moved@1") == {"a", "b"}
