"""Messages nobody should send, and a handler that always fails: parked with a reason, all alive."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.rig.process import Process
from tests.rig.queues import LEDGER
from tests.rig.rig import Rig
from tests.waiting import eventually

HEADERS: dict[str, dict[str, Any]] = {
    "call stack is a number": {"nameko.call_id_stack": 7},
    "call stack is text": {"nameko.call_id_stack": "not a list"},
    "call stack is nested": {"nameko.call_id_stack": [[{"a": [1, 2]}]]},
    "attempts are a list": {"x-attempt": [1, 2, 3]},
    "attempts are below nothing": {"x-attempt": -5},
    "attempts are text": {"x-attempt": "many"},
    "64 kB": {"x-reason": "a" * 65_000},
    "deaths are text": {"x-death": "not a table", "x-delivery-count": "often"},
}

BODIES: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "malformed: not JSON"),
    "empty": (b"", "malformed: not JSON"),
    "null": (b"null", "malformed: not a JSON object"),
    "another charset": ("{“".encode("utf-16"), "malformed: not UTF-8"),
    "pickle": (b"\x80\x04N.", "malformed: not UTF-8"),
    "10 MB": (b"[" + b" " * 10_000_000 + b"]", "malformed: larger than 1048576 bytes"),
}


def told_body(rig: Rig, name: str, **changed: Any) -> bytes:
    """The message that tells of a visit, as the relay would send it, with members changed."""
    rig.tell([name])
    return json.dumps({**json.loads(rig.message(name)), **changed}).encode()


def goes_on(rig: Rig, ledger: Process) -> None:
    """What comes afterwards is handled by the same process."""
    pid = ledger.pid
    rig.queues.put(told_body(rig, "afterwards"))
    eventually(lambda: rig.account().effects["afterwards"])
    assert ledger.pid == pid
    assert ledger.is_ready()


def test_hostile_headers_are_ignored_and_the_service_lives(rig: Rig) -> None:
    ledger = rig.ledger().start()
    for number, headers in enumerate(HEADERS.values()):
        rig.queues.put(told_body(rig, f"visit-{number}"), headers=headers)

    goes_on(rig, ledger)
    account = rig.account()

    assert account.is_sound, account.line()
    assert not account.parked


def test_bodies_that_are_no_fact_are_parked_with_their_reason(rig: Rig) -> None:
    ledger = rig.ledger().start()
    for body, _ in BODIES.values():
        rig.queues.put(body, content_type="application/x-python-serialize")

    goes_on(rig, ledger)
    reasons = sorted(message.headers["x-reason"] for message in rig.queues.parked())

    assert reasons == sorted(reason for _, reason in BODIES.values())


def test_old_and_new_schemas_side_by_side(rig: Rig) -> None:
    ledger = rig.ledger().start()
    newer = json.loads(told_body(rig, "with-more"))
    newer["data"]["colour"] = "a field of next year"
    rig.queues.put(json.dumps(newer).encode())
    rig.queues.put(told_body(rig, "version-2", type="events.visit_recorded.v2"))
    rig.queues.put(told_body(rig, "without-id", id=None))

    goes_on(rig, ledger)
    account = rig.account()

    assert account.effects["with-more"] == 1
    assert account.parked == {"version-2", "without-id"}
    reasons = {message.headers["x-reason"] for message in rig.queues.parked()}
    assert "unknown type: events.visit_recorded.v2" in reasons


def xiangxin(rig: Rig, *arguments: str) -> str:
    """What the operators' command printed."""
    return rig.operator("xiangxin", *arguments)


def test_a_handler_that_always_fails_climbs_the_rungs_and_operators_decide(rig: Rig) -> None:
    ledger = rig.ledger().start(LEDGER_FAILS="yes")
    rig.relay().start()
    rig.tell(["broken-0", "broken-1"], programme="broken")
    eventually(lambda: rig.queues.depth(LEDGER.parked) == 2)
    first, second = (message.message_id for message in rig.queues.parked())
    queue = ("--queue", LEDGER.queue)

    listed = xiangxin(rig, "parked", "list", *queue)
    assert "after 3 attempts" in listed
    assert "failed 3 times: ArithmeticError in _take" in listed
    assert "visit/broken" in xiangxin(rig, "parked", "show", *queue, first)
    assert "1 thrown away" in xiangxin(rig, "parked", "drop", *queue, second)
    ledger.stop()
    ledger.start()
    assert "1 sent" in xiangxin(rig, "parked", "retry", *queue, first)

    eventually(lambda: sum(rig.account().effects.values()) == 1)
    assert not rig.account().parked


@pytest.mark.parametrize("crash_at", ["consume.after_work", "consume.before_work"])
def test_a_replayed_parked_message_acts_once_though_the_consumer_dies(
    rig: Rig, crash_at: str
) -> None:
    ledger = rig.ledger().start(LEDGER_FAILS="yes")
    rig.relay().start()
    rig.tell(["broken-0"], programme="broken")
    eventually(lambda: rig.queues.depth(LEDGER.parked) == 1)
    ledger.stop()

    ledger.start(ready=False, CRASH_AT=crash_at)
    xiangxin(rig, "parked", "retry", "--queue", LEDGER.queue, "--all")
    ledger.has_crashed()
    account = rig.finish(ledger.start())

    assert account.is_sound, account.line()
