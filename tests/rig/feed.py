"""The city service with its doors only, a feed that is written from here, and subscribers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests
from pymongo import MongoClient

import contracts
from kernel.clock import system_clock
from kernel.envelope import parse
from kernel.mongo import ensure_indexes
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.parts import free_port
from services.city.domain.subscriber import State, Subscriber
from services.city.store import INDEXES, Store
from services.city.store.feed import Published
from services.city.usecases.leaving import leaving
from services.city.usecases.replaying import token_hash
from tests.databases import drop_databases
from tests.rig.events import doors_only
from tests.rig.process import Process

EXAMPLES = Path(contracts.__file__).parent / "examples"


def token_of(name: str) -> str:
    return f"invented-token-of-{name}"


def told(key: str, number: int) -> Published:
    """The golden example of the fact with an id and a subject's number of its own."""
    golden = json.loads((EXAMPLES / f"{key}.json").read_text("utf-8"))
    return leaving(parse(json.dumps(golden | {"id": f"id-{number}", "sequence": f"{number:010}"})))


class FedCity:
    """A process, and the store behind it."""

    def __init__(self, process: Process, client: MongoClient[dict[str, Any]], prefix: str) -> None:
        self.process = process
        database = client[f"{prefix}city"]
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        self.store = Store.on(database)
        self._transactions = Transactions(database, source="/xiangxin/city", clock=system_clock)
        self._told = 0

    def tell(self, *keys: str) -> None:
        """One fact more of each key, in this order."""
        facts = [told(key, self._told + number) for number, key in enumerate(keys, start=1)]
        self._told += len(keys)
        self._transactions.run(lambda transaction: self.store.feed.append(facts, transaction))

    def subscriber(self, name: str, *facts: str, state: State = "active",
                   connections: int = 5) -> dict[str, str]:
        """Added or changed; the header that opens the feed to it."""
        self.store.subscribers.keep(Subscriber(
            name=name, facts=facts, state=state, token_hash=token_hash(token_of(name)),
            most_connections=connections, queue_megabytes=1, added_at=system_clock()))
        return {"Authorization": f"Bearer {token_of(name)}"}

    def ask(self, headers: dict[str, str], path: str = "/feed", **query: Any) -> requests.Response:
        return requests.get(f"{self.process.address}{path}", params=query, headers=headers,
                            timeout=40)


@contextmanager
def open_city(mongodb_uri: str, folder: Path, **variables: str) -> Iterator[FedCity]:
    """The service while the block runs."""
    port = free_port()
    environment = doors_only(mongodb_uri, port) | variables
    with ExitStack() as stack:
        prefix = environment["DATABASE_PREFIX"]
        stack.callback(drop_databases, mongodb_uri, prefix)
        process = Process("kernel.serve", "city", environment=environment, port=port,
                          log=folder / "city.log")
        client: MongoClient[dict[str, Any]] = stack.enter_context(
            MongoClient(mongodb_uri, tz_aware=True))
        made = FedCity(process, client, prefix)
        stack.callback(process.kill)
        process.start()
        yield made
