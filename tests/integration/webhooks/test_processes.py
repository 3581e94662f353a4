"""Callers as processes: killed at every step, two at once, told to stop, and slow receivers."""

from __future__ import annotations

import time
from functools import partial

import pytest
import requests
from standardwebhooks.webhooks import Webhook as Standard

from tests.rig.callers import Callers
from tests.rig.process import Process
from tests.rig.receiver import OK, Doing, Receiver
from tests.waiting import eventually


def has_all(receiver: Receiver, ids: list[str]) -> bool:
    assert set(ids) <= set(receiver.ids), f"{len(receiver.ids)} of {len(ids)}"
    return True


def firsts_in_order(receiver: Receiver) -> bool:
    """Whether each subject's facts came by their sequence, when they first came."""
    last: dict[str, int] = {}
    for call in receiver.took:
        number = int(call.fact["sequence"])
        subject = call.fact["subject"]
        if number > last.get(subject, 0) + 1:
            return False
        last[subject] = max(last.get(subject, 0), number)
    return True


def metrics(process: Process) -> str:
    return requests.get(f"http://{process.environment['METRICS_BIND']}/metrics", timeout=5).text


@pytest.mark.parametrize("step", ["webhooks.after_call:3", "webhooks.after_mark"])
def test_a_caller_that_dies_at_any_step_loses_nothing_and_keeps_the_order(
    step: str, callers: Callers, receiver: Receiver
) -> None:
    secret = callers.set("exchange", receiver.url)
    ids = callers.publish("a", "b", "a", "c", "a", "b")
    dying = callers.caller().start(CRASH_AT=step)
    dying.has_crashed()

    ids += callers.publish("a", "d")
    dying.start()
    eventually(lambda: has_all(receiver, ids))

    assert firsts_in_order(receiver)
    for call in receiver.came:
        Standard(secret).verify(call.body, dict(call.headers))


@pytest.mark.chaos
def test_of_two_callers_one_works_and_the_other_follows_one_that_froze(
    callers: Callers, receiver: Receiver
) -> None:
    callers.set("exchange", receiver.url)
    ids = callers.publish("a", "a", "b")
    first = callers.caller().start(CRASH_AT="freeze@webhooks.after_call")
    first.wait_until_frozen()
    second = callers.caller().start()

    ids += callers.publish("a", "b")
    eventually(lambda: has_all(receiver, ids))
    first.thaw()
    ids += callers.publish("a", "c")
    eventually(lambda: has_all(receiver, ids))

    assert firsts_in_order(receiver)
    assert first.is_running and second.is_running


def test_two_callers_at_once_bring_each_fact_and_share_the_receivers(
    callers: Callers, receiver: Receiver
) -> None:
    with Receiver() as other:
        callers.set("exchange", receiver.url)
        callers.set("civil-affairs", other.url)
        for process in (callers.caller(), callers.caller()):
            process.start()
        ids = callers.publish(*[f"v{number % 7}" for number in range(40)])
        for each in (receiver, other):
            eventually(partial(has_all, each, ids))
            assert firsts_in_order(each)
            assert len(each.took) <= 2 * len(ids)


def test_a_slow_receiver_delays_no_other(callers: Callers, receiver: Receiver) -> None:
    with Receiver(lambda call: Doing(after=9.0)) as slow:
        callers.set("slow", slow.url)
        callers.set("exchange", receiver.url)
        callers.caller().start()
        ids = callers.publish(*[f"v{number}" for number in range(30)])

        eventually(lambda: has_all(receiver, ids))

        assert len(slow.took) < 5


def test_told_to_stop_it_ends_the_call_on_its_way_and_nothing_comes_twice(
    callers: Callers, receiver: Receiver
) -> None:
    callers.set("exchange", receiver.url)
    receiver.does = lambda call: Doing(after=0.5)
    ids = callers.publish("a", "b", "c")
    process = callers.caller().start()
    eventually(lambda: receiver.came)

    assert process.stop() == 0
    receiver.does = lambda call: OK
    process.start()
    eventually(lambda: has_all(receiver, ids))

    assert [each.id for each in receiver.came] == ids


@pytest.mark.chaos
def test_who_is_suspended_is_not_called_any_more_within_a_second(
    callers: Callers, receiver: Receiver
) -> None:
    callers.set("exchange", receiver.url)
    receiver.does = lambda call: Doing(after=0.1)
    callers.publish(*[f"v{number}" for number in range(200)])
    callers.caller().start()
    eventually(lambda: len(receiver.came) > 3)

    callers.subscribe("exchange", state="suspended")
    at_once, until = len(receiver.came), time.monotonic() + 3
    eventually(lambda: time.monotonic() > until)

    assert len(receiver.came) <= at_once + 10
    callers.subscribe("exchange")
    eventually(lambda: len(set(receiver.ids)) == 200)


def test_metrics_say_how_each_receiver_stands(callers: Callers, receiver: Receiver) -> None:
    callers.set("exchange", receiver.url)
    receiver.does = lambda call: Doing(status=410)
    callers.publish("a", "b")
    process = callers.caller().start()

    def told() -> bool:
        text = metrics(process)
        return all(f'xiangxin_webhook_{line}' in text for line in (
            'paused{subscriber="exchange"} 1.0', 'behind{subscriber="exchange"} 2.0',
            'failure_ratio{subscriber="exchange"} 1.0',
            'calls_total{outcome="failed",subscriber="exchange"} 1.0',
            'calls_total{outcome="given_up",subscriber="exchange"} 0.0'))

    eventually(lambda: process.is_running and receiver.came)
    eventually(told)


def test_it_does_not_start_without_its_settings(callers: Callers) -> None:
    process = callers.caller(WEBHOOK_NETWORKS="10.0.0.0/33")
    process.start(ready=False)
    assert process.exit_status() == 2
    assert "WEBHOOK_NETWORKS: 10.0.0.0/33 is no network" in process.output
