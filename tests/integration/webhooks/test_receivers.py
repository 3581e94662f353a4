"""Receivers as they are: slow, broken, away for days; each fact comes, in order per subject."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Standard

from services.city.domain.patience import DELAYS
from services.city.store.lines import LostTurn
from services.city.usecases import webhooking
from services.city.webhooks.calling import Caller
from tests.rig.calling import LOOPBACK, NAME, Office
from tests.rig.receiver import OK, Came, Doing, Receiver

DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return Office()


def in_order(receiver: Receiver) -> bool:
    """Whether each subject's facts first came by their sequence."""
    seen: dict[str, list[str]] = {}
    for call in receiver.took:
        told = seen.setdefault(call.fact["subject"], [])
        if call.fact["sequence"] not in told:
            told.append(call.fact["sequence"])
    return all(each == sorted(each) for each in seen.values())


def test_each_fact_comes_once_in_the_order_of_the_feed_signed(
    office: Office, receiver: Receiver
) -> None:
    secret = office.set(receiver.url)
    ids = office.publish("a", "b", "a")

    office.turn()

    assert [each.id for each in receiver.came] == ids
    for call in receiver.came:
        assert Standard(secret).verify(call.body, dict(call.headers))["id"] == call.id
        assert call.headers["content-type"] == "application/cloudevents+json"
        assert call.path == "/hook?from=xiangxin"
    assert office.waiting == 0


@pytest.mark.parametrize("doing", [
    Doing(status=500, body=b"no"), Doing(after=3.0), Doing(status=200, body=b"x" * 9, drip=0.4),
    Doing(resets=True), Doing(status=404), Doing(status=302, headers={"Location": "/there"}),
], ids=["500", "times out", "drips", "resets", "404", "redirect"])
def test_whatever_is_no_success_in_time_is_tried_again(
    doing: Doing, office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: OK if len(receiver.came) > 1 else doing
    [first] = office.publish("a")

    office.turn()
    assert receiver.ids == [] and office.waiting == 1
    office.turn(timedelta(seconds=DELAYS[0]))

    assert receiver.ids == [first] and office.waiting == 0
    assert [each.outcome for each in office.calls()] == ["delivered", "failed"]
    assert {each.id for each in receiver.came} == {first}


def test_who_lost_the_line_has_logged_its_calls_and_the_next_brings_them_again(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    [first] = office.publish("a")

    def meanwhile(call: Came) -> Doing:
        if len(receiver.came) == 1 and (kept := office.store.lines.of(NAME)):
            office.store.lines.keep(NAME, kept)
        return OK

    receiver.does = meanwhile
    with pytest.raises(LostTurn):
        office.turn()
    assert len(office.calls()) == 1
    office.turn()

    assert [each.id for each in receiver.came] == [first, first]
    assert len(office.calls()) == 2
    assert office.store.calls.counts(NAME, office.clock() - DAY).all == 2


def test_the_time_counts_for_the_whole_answer_however_it_drips(receiver: Receiver) -> None:
    receiver.does = lambda call: Doing(status=200, body=b"y" * 50, drip=0.1)

    answer = Caller(LOOPBACK, within=0.7).call(receiver.url, b"{}", {"webhook-id": "one"})

    assert answer.error == "no whole answer within the time" and 0.6 < answer.took < 3


def test_a_redirect_to_ourselves_is_a_failure_that_says_so(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    inside = f"http://127.0.0.1:{receiver.port}/inside"
    receiver.does = lambda call: Doing(status=307, headers={"Location": inside})
    office.publish("a")

    office.turn()

    assert [each.path for each in receiver.came] == ["/hook?from=xiangxin"]
    assert "not followed" in office.calls()[0].error


def test_a_receiver_that_is_down_for_two_days_gets_everything_in_order(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(status=503)
    ids = office.publish(*[f"v{number % 12}" for number in range(60)])
    began = office.clock()
    rest = office.turn()
    while office.clock() - began < 2 * DAY:
        assert rest.until is not None
        rest = office.turn(rest.until - office.clock())
    tries = len(receiver.came)
    ids += office.publish("v1", "w")

    receiver.does = lambda call: OK
    late = office.until_quiet()

    assert tries < 70  # a dead one is asked with one fact now and then, not with all of them
    assert late <= timedelta(hours=1, minutes=12)
    assert sorted(receiver.ids) == sorted(ids) and in_order(receiver)


def test_one_subject_that_fails_holds_nobody_else_and_its_facts_come_in_order(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    broken = True
    receiver.does = lambda call: (Doing(status=422) if broken and "visit/a" in str(call.body)
                                  else OK)
    office.publish("a", "b", "a", "c", "a", "b")

    office.turn()
    assert [each.fact["subject"] for each in receiver.took] == ["visit/b", "visit/c", "visit/b"]
    assert office.waiting == 3
    broken = False
    office.until_quiet()

    assert [each.fact["sequence"][-1] for each in receiver.took[3:]] == ["1", "2", "3"]


def test_a_fact_that_fails_for_three_days_beside_others_is_given_up_and_can_be_replayed(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(status=422) if "visit/a" in str(call.body) else OK
    poison, behind = office.publish("a", "a")
    for number in range(100):
        office.publish(f"other-{number}")
        office.turn(timedelta(hours=1))
    assert [each.id for each in office.calls() if each.outcome == "given_up"] == [poison]
    assert office.is_active

    receiver.does = lambda call: OK
    office.until_quiet()
    assert behind in receiver.ids and poison not in receiver.ids
    webhooking.replay_one(office.app, NAME, poison)
    office.turn()

    assert receiver.ids[-1] == poison


def test_a_dead_receiver_is_paused_after_three_days_and_goes_on_where_it_was(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(resets=True)
    ids = office.publish("a", "b", "a")

    took = office.until_quiet()

    assert not office.is_active and 3 * DAY <= took <= 4 * DAY
    assert "three days" in office.store.webhooks.of(NAME).why
    ids += office.publish("c")
    calls = len(receiver.came)
    office.turn(DAY)
    assert len(receiver.came) == calls
    receiver.does = lambda call: OK
    webhooking.resume(office.app, NAME)
    office.turn()
    assert sorted(receiver.ids) == sorted(ids) and in_order(receiver)


def test_gone_pauses_at_once_and_nothing_is_lost(office: Office, receiver: Receiver) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(status=410)
    [first, _] = office.publish("a", "b")

    office.turn()

    assert not office.is_active and "410" in office.store.webhooks.of(NAME).why
    assert [each.id for each in receiver.came] == [first]


@pytest.mark.parametrize(("wish", "least"), [("120", 120), ("999999999", 86_400),
                                             ("yesterday", 5), ("-5", 5)])
def test_a_wish_to_be_left_alone_is_granted_up_to_a_day(
    wish: str, least: int, office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(status=429, headers={"Retry-After": wish})
    office.publish("a")

    rest = office.turn()

    assert rest.until == office.clock() + timedelta(seconds=least)


def test_while_a_secret_is_changed_old_and_new_fit_for_a_day(
    office: Office, receiver: Receiver
) -> None:
    old = office.set(receiver.url)
    new = webhooking.rotate_secret(office.app, NAME)
    office.publish("a")
    office.turn()
    for secret in (old, new):
        Standard(secret).verify(receiver.came[0].body, dict(receiver.came[0].headers))

    office.publish("b")
    office.turn(timedelta(hours=25))

    call = receiver.came[1]
    at = office.clock()
    assert call.headers["webhook-signature"] == Standard(new).sign(
        call.id, at, call.body.decode())


def test_a_suspended_subscriber_is_not_called_and_goes_on_later(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)

    def suspends(call: Came) -> Doing:
        office.subscribe(state="suspended")
        return Doing(after=0.6)

    receiver.does = suspends
    ids = office.publish("a", "b", "c")
    office.turn()
    assert receiver.ids == ids[:1]

    receiver.does = lambda call: OK
    office.subscribe()
    office.turn()

    assert receiver.ids == ids


def test_what_is_no_longer_granted_is_not_sent_even_if_it_waited(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    receiver.does = lambda call: Doing(status=500)
    office.publish("a", "a")
    office.turn()

    office.subscribe(facts=["volunteers.#"])
    receiver.does = lambda call: OK
    office.turn(DAY)

    assert receiver.took == [] and office.waiting == 0


def test_the_log_has_request_and_answer_without_signature_or_secret(
    office: Office, receiver: Receiver
) -> None:
    secret = office.set(receiver.url)

    def echoes(call: Came) -> Doing:
        return Doing(status=500, body=f"{call.headers} {secret} \x1b[2J{'z' * 9000}".encode())

    receiver.does = echoes
    office.publish("a")
    office.turn()

    [call] = office.calls()
    signature = receiver.came[0].headers["webhook-signature"]
    assert call.headers["webhook-signature"] == "***" and call.headers["webhook-id"] == call.id
    assert call.status == 500 and call.error == "answered 500" and len(call.answer) <= 1000
    kept: Any = list(office.database["webhook_calls"].find())
    assert not any(each in str(kept) for each in (signature, signature[3:], secret, "\x1b"))


def test_a_ping_is_no_fact_and_comes_signed_also_when_paused(
    office: Office, receiver: Receiver
) -> None:
    secret = office.set(receiver.url)
    office.publish("a")
    webhooking.pause(office.app, NAME, "moving house")

    asked = webhooking.ping(office.app, NAME)
    office.turn()

    [call] = receiver.came
    told = Standard(secret).verify(call.body, dict(call.headers))
    assert told["type"] == "city.ping.v1" and told["id"] == call.id == asked
    assert office.calls()[0].kind == "ping"


def test_a_range_is_replayed_with_the_same_ids_and_what_is_to_come_is_not(
    office: Office, receiver: Receiver
) -> None:
    office.set(receiver.url)
    ids = office.publish("a", "b", "a", "c")
    office.turn()

    webhooking.replay(office.app, NAME, first=2, last=99)
    later = office.publish("d")
    office.turn()

    assert [each.id for each in receiver.came] == [*ids, *later, *ids[1:]]
    assert office.store.orders.replays(NAME) == []


def test_a_replay_that_fails_waits_and_goes_on_there(office: Office, receiver: Receiver) -> None:
    office.set(receiver.url)
    ids = office.publish("a", "b", "c")
    office.turn()
    receiver.took.clear()
    receiver.does = lambda call: OK if len(receiver.came) != 5 else Doing(status=500)

    webhooking.replay(office.app, NAME, first=1, last=None)
    office.turn()
    assert receiver.ids == ids[:1]
    office.turn(timedelta(seconds=DELAYS[0]))

    assert receiver.ids == ids
