"""The entrypoint between nameko and a handler: what goes wrong inside fails the message only."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider

from kernel.consume.hear import Hear, Interrupted, QueueNotHeard, hear
from kernel.envelope import Envelope

QUEUE = "stats.fold-figures"


class Part(DependencyProvider):
    """A dependency that can be told to fail."""

    fault: BaseException | None = None

    def get_dependency(self, _: Any) -> str:
        if self.fault:
            raise self.fault
        return "part"


@dataclass
class Made:
    """A container with one entrypoint, and what its handler was given."""

    container: ServiceContainer
    hears: Hear
    given: list[Any]


def made(error: BaseException | None = None, *, ready: Any = None) -> Made:
    """A handler that raises the error."""
    given: list[Any] = []

    class Facts:
        name = "test-facts"
        part = Part()

        @hear(QUEUE)
        def fold(self, heard: list[Envelope]) -> None:
            given.append((self.part, heard))
            if error:
                raise error

    settings = SimpleNamespace(amqp_uri="amqp://127.0.0.1:1/", retry_rungs=(1.0,))
    container = ServiceContainer(Facts, {"settings": settings, "ready": ready})
    [hears] = container.entrypoints
    hears.setup()
    return Made(container, hears, given)


def test_the_handler_gets_the_envelopes_and_the_dependencies() -> None:
    facts = made()

    facts.hears._work([])

    assert facts.given == [("part", [])] and facts.hears.flow.queue == QUEUE


def test_an_ordinary_error_leaves_as_it_is() -> None:
    facts = made(KeyError("x"))

    with pytest.raises(KeyError):
        facts.hears._work([])


@pytest.mark.parametrize("kind", [SystemExit, eventlet.Timeout, KeyboardInterrupt])
def test_what_is_no_ordinary_error_fails_the_message_and_not_the_container(
    kind: type[BaseException],
) -> None:
    facts = made(kind())

    with pytest.raises(Interrupted, match=kind.__name__):
        facts.hears._work([])


def test_a_dependency_that_fails_fails_the_message_and_not_the_container() -> None:
    facts = made()
    [part] = facts.container.dependencies
    part.fault = ConnectionError("gone")

    with pytest.raises(ConnectionError):
        facts.hears._work([])
    assert not facts.given


def test_a_process_is_not_ready_before_its_queue_is_heard() -> None:
    checks: dict[str, Any] = {}

    facts = made(ready=SimpleNamespace(add=checks.__setitem__))

    assert not facts.hears.consumer.running
    with pytest.raises(QueueNotHeard):
        checks[f"hears {QUEUE}"]()


def test_a_queue_that_the_catalogue_does_not_have_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        Hear("stats.no-such-queue")
