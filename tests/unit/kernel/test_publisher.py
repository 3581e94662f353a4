"""Confirms belong to the publish they confirm, whatever comes late or in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import amqp
import pytest

from kernel.broker import PUBLISH_NUMBER, BrokerSilent, Message, Publisher, Settled


class Line:
    """A connection and its channel; what the broker says is said by the test."""

    channel_id = 1
    frame_max = 131_072
    bytes_sent = 0

    def __init__(self) -> None:
        self.events: dict[str, set[Callable[..., None]]] = defaultdict(set)
        self.transport = self

    def channel(self) -> Line:
        return self

    def confirm_select(self) -> None:
        pass

    def write(self, frames: bytes) -> None:
        pass

    def drain_events(self, timeout: float) -> None:
        raise TimeoutError

    def says(self, event: str, *arguments: Any) -> None:
        for callback in self.events[event]:
            callback(*arguments)

    def returns(self, place: int) -> None:
        message = amqp.Message(b"", application_headers={PUBLISH_NUMBER: place + 1})
        self.says("basic_return", None, "xiangxin.facts", "a.b.v1", message)


def sent(count: int, **kwargs: float) -> tuple[Publisher, Line]:
    line = Line()
    publisher = Publisher(line, **kwargs)
    for number in range(count):
        message = Message(body=b"{}", exchange="x", routing_key="a.b.v1", message_id=str(number))
        publisher.send(message, f"fact {number + 1}")
    return publisher, line


def ends(publisher: Publisher) -> dict[str, str]:
    return {end.token: end.end for end in publisher.settled(within=0)}


def test_a_late_confirm_of_one_publish_is_not_taken_for_another() -> None:
    publisher, line = sent(2)

    line.says("basic_ack", 1, False)

    assert ends(publisher) == {"fact 1": "confirmed"}
    assert publisher.open == 1


def test_one_confirm_may_settle_all_before_it() -> None:
    publisher, line = sent(4)

    line.says("basic_ack", 3, True)

    assert ends(publisher) == dict.fromkeys(("fact 1", "fact 2", "fact 3"), "confirmed")


def test_a_confirm_that_comes_twice_or_for_nothing_changes_nothing() -> None:
    publisher, line = sent(1)
    line.says("basic_ack", 1, False)
    line.says("basic_ack", 1, False)
    line.says("basic_ack", 9, False)

    assert ends(publisher) == {"fact 1": "confirmed"}


def test_a_refused_publish_is_nacked_and_others_are_not() -> None:
    publisher, line = sent(2)

    line.says("basic_nack", 1, False)
    line.says("basic_ack", 2, False)

    assert ends(publisher) == {"fact 1": "nacked", "fact 2": "confirmed"}


def test_a_returned_publish_is_told_from_its_neighbours_though_the_broker_confirms_it() -> None:
    publisher, line = sent(3)

    line.returns(1)
    line.says("basic_ack", 3, True)

    assert ends(publisher) == {"fact 1": "confirmed", "fact 2": "returned", "fact 3": "confirmed"}


def test_a_return_that_names_no_publish_of_ours_is_ignored() -> None:
    publisher, line = sent(1)

    for headers in (None, {}, {PUBLISH_NUMBER: "1"}, {PUBLISH_NUMBER: 99}):
        message = amqp.Message(b"", application_headers=headers) if headers else amqp.Message(b"")
        line.says("basic_return", None, "x", "k", message)
    line.says("basic_ack", 1, False)

    assert ends(publisher) == {"fact 1": "confirmed"}


def test_a_broker_that_does_not_confirm_in_time_is_given_up() -> None:
    publisher, _ = sent(1, patience=0.0)

    with pytest.raises(BrokerSilent):
        publisher.settled(within=0)


def test_why_a_publish_was_returned_is_said() -> None:
    publisher, line = sent(1)
    line.returns(0)
    line.says("basic_ack", 1, False)

    [end] = publisher.settled(within=0)

    assert end == Settled(
        token="fact 1",
        end="returned",
        reason="no queue takes a.b.v1 from exchange 'xiangxin.facts'",
    )
