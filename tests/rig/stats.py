"""The stats service as a process with its doors, for tests that ask it as people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from contracts.event import Fact
from kernel.clock import system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.parts.ports import free_port
from services.stats.briefs import load
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.folding import fold_figures
from tests.databases import drop_databases
from tests.rig.process import Process
from tests.rig.where import Where
from tests.unit.stats.builders import told

MAKER, CHECKER = "token-of-the-maker", "token-of-the-checker"
CASEWORKER = "token-of-the-caseworker"
NO_BROKER = "amqp://nobody@127.0.0.1:1/"  # the doors answer without one


@dataclass(frozen=True)
class Office:
    """The running service, its application on the same database, and where that is."""

    app: Stats
    process: Process
    where: Where

    def fold(self, facts: Sequence[Fact]) -> None:
        fold_figures(self.app, told(facts, at=system_clock()))

    def forget(self) -> None:
        """Nothing is folded any more."""
        database = self.app.transactions.database
        for name in database.list_collection_names():
            database[name].delete_many({})

    def get(self, path: str, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{self.process.address}{path}", headers=headers, timeout=20)

    def post(self, path: str, body: Any, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers["Idempotency-Key"] = uuid4().hex
        return requests.post(f"{self.process.address}{path}", json=body, headers=headers,
                             timeout=20)


@contextmanager
def open_office(mongodb_uri: str, folder: Path) -> Iterator[Office]:
    """The doors alone, with two members of staff."""
    where = Where(mongodb_uri, f"test_office_{uuid4().hex[:8]}_")
    database = open_database(where, "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    app = Stats(transactions=Transactions(database, source="/stats", clock=system_clock),
                store=Store.on(database), templates=load())
    port = free_port()
    environment = {
        "AMQP_URI": NO_BROKER, "MONGODB_URI": where.mongodb_uri,
        "DATABASE_PREFIX": where.database_prefix, "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "ROLE": "http",
        "STAFF_TOKENS": f"maker:{MAKER},checker:{CHECKER}", "CASEWORKER_TOKEN": CASEWORKER,
        "TOKEN_SIGN_IN": "yes",
    }
    with Process("kernel.serve", "stats", environment=environment, log=folder / "stats.log",
                 port=port) as process:
        yield Office(app, process, where)
    database.client.close()
    drop_databases(mongodb_uri, where.database_prefix)
