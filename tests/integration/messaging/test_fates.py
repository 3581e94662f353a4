"""What becomes of a message, the same in memory and with relay, broker and consumers."""

from __future__ import annotations

import json

import pytest

from contracts.events import ContactRecorded
from kernel.consume import Permanent
from kernel.envelope import LARGEST_MESSAGE, Envelope
from kernel.mongo import Unavailable
from kernel.outbox import all_rows
from tests.integration.messaging.worlds import (
    VISIT,
    WORK_ITEM,
    Ledger,
    World,
    body_of,
    flow,
    free,
    tell,
    visit,
    work_item,
)


def failing_on(name: str, error: Exception) -> Ledger:
    def fault(envelope: Envelope) -> None:
        if envelope.subject == f"visit/{name}":
            raise error

    return Ledger(fault)


def test_what_is_told_is_heard_in_order_per_subject(world: World) -> None:
    ledger, heard = Ledger(), []
    ledger.fault = lambda envelope: heard.append((envelope.subject, envelope.sequence))
    world.begin({flow(): ledger})

    tell(world, visit("a"), visit("b"), visit("a"), visit("a"))

    world.until(lambda: len(ledger.visits) == 4)
    assert [number for subject, number in heard if subject == "visit/a"] == [1, 2, 3]


def test_a_handler_that_always_fails_climbs_the_rungs_and_is_parked_with_its_reason(
    world: World,
) -> None:
    ledger = failing_on("bad", KeyError("of a person"))
    world.begin({flow(): ledger})

    tell(world, visit("bad"), visit("good"))

    world.until(lambda: world.parked(flow()) and ledger.visits == ["good"])
    [(reason, attempts)] = world.parked(flow())
    assert attempts == 3 and reason.startswith("failed 3 times: KeyError in fault")
    assert "person" not in reason


def test_one_bad_message_in_a_batch_does_not_fail_the_others(world: World) -> None:
    ledger = failing_on("v3", Permanent("no such street"))
    world.begin({flow(): ledger})

    tell(world, *(visit(f"v{number}") for number in range(8)))

    world.until(lambda: len(ledger.visits) == 7 and world.parked(flow()))
    assert sorted(ledger.visits) == ["v0", "v1", "v2", "v4", "v5", "v6", "v7"]
    world.until(lambda: world.parked(flow()) == [("permanent: no such street", 1)])


WRONG = {
    "malformed: not JSON": b"{",
    "malformed: not a JSON object": b"null",
    "malformed: not UTF-8": "{\"id\": \"名\"}".encode("gb18030"),
    "malformed: specversion is not 1.0": body_of(visit("a")).replace(b'"1.0"', b'"0.3"'),
    "malformed: id is not a short printable text": body_of(visit("a")).replace(b'"id"', b'"no"'),
    "malformed: data is not an object": body_of(visit("a")).replace(b'"data":{', b'"data":1,"x":{'),
    f"unknown type: {VISIT[:-1]}9": body_of(visit("a")).replace(b".v1\"", b".v9\""),
    f"invalid {VISIT}: day": body_of(visit("a")).replace(b'"2021-09-01"', b'"tomorrow"'),
    f"malformed: larger than {LARGEST_MESSAGE} bytes": b" " * (LARGEST_MESSAGE + 1),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_nobody_understands_is_parked_at_once_and_the_next_is_handled(
    world: World, reason: str
) -> None:
    ledger = Ledger()
    world.begin({flow(): ledger})

    world.publish(WRONG[reason], queue=flow().queue)
    world.publish(body_of(visit("next")), queue=flow().queue)

    world.until(lambda: ledger.visits == ["next"] and world.parked(flow()))
    world.until(lambda: world.parked(flow()) == [(reason, 1)])


HOSTILE = [
    {"nameko.call_id_stack": 7},
    {"nameko.call_id_stack": "text"},
    {"nameko.call_id_stack": [[["nested"]], {"a": [1]}]},
    {"x-attempt": [1, 2]},
    {"x-attempt": -4},
    {"x-attempt": "9" * 400},
    {"x-first-failed-at": {"a": 1}},
    {"x-long": "x" * 64_000},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=lambda headers: str(headers)[:40])
def test_hostile_headers_change_nothing(world: World, headers: dict[str, object]) -> None:
    ledger = failing_on("bad", Permanent("no"))
    world.begin({flow(): ledger})

    world.publish(body_of(visit("bad")), queue=flow().queue, headers=headers)
    world.publish(body_of(visit("good")), queue=flow().queue, headers=headers)

    world.until(lambda: ledger.visits == ["good"] and world.parked(flow()))
    world.until(lambda: world.parked(flow()) == [("permanent: no", 1)])


def test_while_the_database_is_away_messages_are_kept_in_hand_and_not_parked(world: World) -> None:
    away = [Unavailable("away")] * 2

    def fault(_: Envelope) -> None:
        if away:
            raise away.pop()

    ledger = Ledger(fault)
    world.begin({flow(): ledger})

    tell(world, *(visit(f"v{number}") for number in range(5)))

    world.until(lambda: len(ledger.visits) == 5)
    assert not world.parked(flow())
    assert 1 in ledger.calls, "it probes with one message"


def test_a_fact_that_no_queue_wants_is_blocked_its_subject_waits_and_others_go_on(
    world: World,
) -> None:
    ledger = Ledger()
    world.begin({flow(VISIT): ledger})

    tell(world, work_item("w1"), work_item("w1"), visit("a"))

    world.until(lambda: ledger.visits == ["a"] and len(blocked(world)) == 2)
    assert blocked(world) == ["work-item/w1", "work-item/w1"]


def test_an_unblocked_subject_is_told_in_order_once_its_queue_is_there(world: World) -> None:
    world.begin({flow(VISIT): Ledger()})
    tell(world, work_item("w1"), work_item("w1"), work_item("w2"))
    world.until(lambda: len(blocked(world)) == 3)

    ledger, heard = Ledger(), []
    ledger.fault = lambda envelope: heard.append((envelope.subject, envelope.sequence))
    world.begin({flow(VISIT, WORK_ITEM, name="stats.more-figures"): ledger})
    assert free(world) == 3

    world.until(lambda: len(ledger.visits) == 3)
    assert [number for subject, number in heard if subject == "work-item/w1"] == [1, 2]
    assert not blocked(world)


def test_a_private_fact_without_a_vault_is_blocked_and_others_go_on(world: World) -> None:
    ledger = Ledger()
    world.begin({flow(): ledger})
    told = ContactRecorded(person_ref="p1", name="测试甲", phone="13900000001")

    with pytest.raises(Exception, match="VAULT_KEY"):
        tell(world, told)
    tell(world, visit("a"))

    world.until(lambda: ledger.visits == ["a"])


def test_two_consumers_both_act_on_one_fact_and_each_once(world: World) -> None:
    first, second = Ledger(), Ledger()
    one, other = flow(), flow(name="volunteers.test-hours")
    hear = world.transactions.hear
    world.begin(
        {
            one: lambda heard: hear("one", heard, lambda _, fresh: first(fresh)),
            other: lambda heard: hear("other", heard, lambda _, fresh: second(fresh)),
        }
    )

    body = body_of(visit("a"))
    for _ in range(3):
        world.publish(body, queue=one.queue)
        world.publish(body, queue=other.queue)
    tell(world, visit("end"))

    world.until(lambda: "end" in first.visits and "end" in second.visits)
    assert first.visits.count("a") == second.visits.count("a") == 1


def test_the_body_arrives_as_it_was_told(world: World) -> None:
    ledger, bodies = Ledger(), []
    ledger.fault = lambda envelope: bodies.append(json.loads(envelope.to_json()))
    world.begin({flow(): ledger})

    tell(world, visit("a"))

    world.until(lambda: bodies)
    assert bodies[0]["type"] == VISIT and bodies[0]["data"]["household_ref"] == "h1"
    assert bodies[0]["correlationid"] == bodies[0]["id"]


def blocked(world: World) -> list[str]:
    """The subjects of facts that are set aside."""
    return [row.subject for row in all_rows(world.transactions.database) if row.blocked]
