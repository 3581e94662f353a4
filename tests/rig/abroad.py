"""A rig with the city's side: facts told here, bridges, and what other systems got of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import amqp
import requests

from kernel.broker import drop, open_connection
from kernel.clock import system_clock
from kernel.mongo import ensure_indexes
from kernel.settings import read
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from ops.city_host import declare_city
from ops.grants import Admin, AdminSettings
from ops.parts import Broker, GivenBroker
from services.city import topology
from services.city.bridge.copying import QUEUE
from services.city.store import INDEXES, Store
from services.city.store.feed import Stretch
from tests.rig.facts import visit
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.rig.rig import Rig

FLOW = FLOWS[QUEUE]
TOGETHER = 100  # facts in one transaction


class Abroad(Rig):
    """Teller, relay and bridges; `outside` is the URI of the city's virtual host."""

    def __init__(self, *, broker: Broker | GivenBroker, vhost: str, mongodb_uri: str, prefix: str,
                 folder: Path) -> None:
        super().__init__(queues=Queues(vhost, flows=(FLOW,)), mongodb_uri=mongodb_uri,
                         prefix=prefix, folder=folder)
        self.queues.declare()
        self.told = {"AMQP_URI": vhost, "MONGODB_URI": mongodb_uri, "AMQP_GUEST": "yes",
                     "RABBITMQ_API": broker.api, "CITY_VHOST": f"{prefix}city",
                     "DATABASE_PREFIX": prefix}  # what operators' commands are told
        self.settings: Admin = read(AdminSettings, self.told)
        assert declare_city(self.settings) == []
        self.outside: str = self.settings.of_city(vhost)
        ensure_indexes(self.database("city"), {**KERNEL_INDEXES, **INDEXES})
        self.store = Store.on(self.database("city"))

    def bridge(self, **environment: str) -> Process:
        """Not started; `copies` says whether it stands."""
        place = {"CITY_VHOST": self.settings.city_vhost}
        return self.process("bridge", "services.city.bridge", door=False,
                            environment={**place, **environment})

    def copies(self, bridge: Process) -> bool:
        """Whether the broker counts on it."""
        place = bridge.environment["METRICS_BIND"]
        try:
            return requests.get(f"http://{place}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def tell_of_one(self, count: int) -> None:
        """So many facts of one subject, whose sequence counts all of them, by hundreds."""
        ensure_indexes(self.database("teller"), KERNEL_INDEXES)
        transactions = Transactions(self.database("teller"), source="teller", clock=system_clock)
        for _ in range(count // TOGETHER):
            transactions.run(_emit_together)

    def fed(self) -> list[dict[str, Any]]:
        """The feed as other systems read it, whole."""
        found, place = list[dict[str, Any]](), Stretch(facts=(), reached=0, more=True)
        while place.more:
            place = self.store.feed.after(place.reached, FLOW.facts, limit=1_000)
            found += [json.loads(row.body) for row in place.facts]
        return found

    def logged(self) -> list[dict[str, Any]]:
        """The stream from its beginning, read by plain AMQP until nothing more comes."""
        connection = open_connection(self.outside)
        try:
            return [json.loads(body) for body in _read(connection)]
        finally:
            drop(connection)


def _emit_together(transaction: Transaction) -> None:
    for _ in range(TOGETHER):
        transaction.emit(visit("same"))


def _read(connection: amqp.Connection) -> list[bytes]:
    found: list[bytes] = []
    channel = connection.channel()
    channel.basic_qos(0, 100, False)

    def came(message: amqp.Message) -> None:
        found.append(message.body if isinstance(message.body, bytes) else message.body.encode())
        channel.basic_ack(message.delivery_tag)

    channel.basic_consume(topology.LOG, callback=came, arguments={"x-stream-offset": "first"})
    while True:
        try:
            connection.drain_events(timeout=1.5)
        except TimeoutError:
            return found
