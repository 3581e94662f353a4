"""The catalogue of queues: names, bindings, batches."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts.event import CATALOGUE
from kernel.declaring import declare
from kernel.topology import FACTS, FLOWS, PRIVATE, RUNGS, Flow, exchange_of, length

# On running brokers: a queue that is renamed leaves one behind that keeps filling.
IN_USE = {
    "volunteers.credit-hours": 600,
    "volunteers.keep-contacts": 50,
    "events.keep-qualifications": 50,
    "events.follow-persons": 1,
    "notifications.write-messages": 50,
    "notifications.ask-guardians": 1,
    "notifications.keep-contacts": 1,
    "notifications.keep-consents": 50,
    "notifications.know-audience": 200,
    "volunteers.keep-accounts": 50,
    "notifications.keep-accounts": 50,
    "stats.keep-accounts": 50,
    "stats.fold-figures": 200,
    "city.keep-accounts": 50,
    "bridge.copy-facts": 200,
}


def test_every_fact_is_heard_by_some_queue() -> None:
    heard = {key for flow in FLOWS.values() for key in flow.facts}

    assert heard == set(CATALOGUE)


def test_facts_with_contact_details_travel_by_the_private_exchange_only() -> None:
    for flow in FLOWS.values():
        assert {CATALOGUE[key].private for key in flow.facts} == {flow.private}
        assert flow.exchange == (PRIVATE if flow.private else FACTS)
        assert {exchange_of(CATALOGUE[key]) for key in flow.facts} == {flow.exchange}


def test_figures_fold_everything_public_but_the_scans() -> None:
    public = {key for key, fact in CATALOGUE.items() if not fact.private}

    assert public - set(FLOWS["stats.fold-figures"].facts) == {
        "events.scanned_in.v1",
        "events.scanned_out.v1",
    }


def test_queues_are_named_by_service_and_purpose_and_keep_their_names() -> None:
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)+", queue) for queue in FLOWS)
    assert {queue: FLOWS[queue].batch for queue in IN_USE} == IN_USE


def test_the_queues_beside_a_queue_bear_its_name() -> None:
    flow = Flow(queue="a.b", facts=())

    assert (flow.parked, flow.suspects, flow.rung(300)) == (
        "a.b.parked",
        "a.b.suspects",
        "a.b.retry.5m",
    )


class Recorder:
    """A connection and its channels that only note which queues are asked for, and how."""

    def __init__(self) -> None:
        self.queues: dict[str, dict[str, Any]] = {}

    def channel(self) -> Recorder:
        return self

    def close(self) -> None:
        """Nothing is open."""

    def queue_declare(self, name: str, **how: Any) -> None:
        self.queues[name] = how

    def exchange_declare(self, *_: Any, **__: Any) -> None:
        """Exchanges are looked at elsewhere."""

    queue_bind = exchange_declare


def test_every_queue_is_one_that_rabbitmq_3_and_4_keep_alike() -> None:
    """Quorum and lasting; returns are counted explicitly, because 4 would stop at 20."""
    recorder = Recorder()
    declare(recorder)

    assert len(recorder.queues) == sum(1 + len(flow.working(RUNGS)) for flow in FLOWS.values())
    for name, how in recorder.queues.items():
        arguments = how["arguments"]
        assert how["durable"] and not how["auto_delete"] and not how.get("exclusive")
        assert arguments["x-queue-type"] == "quorum"
        assert "x-delivery-limit" in arguments or "x-message-ttl" in arguments, name


@pytest.mark.parametrize(
    ("seconds", "name"),
    [(5, "5s"), (30, "30s"), (300, "5m"), (1800, "30m"), (3600, "1h"), (0.25, "250ms")],
)
def test_a_rung_says_how_long_it_is(seconds: float, name: str) -> None:
    assert length(seconds) == name
