"""A rig: teller, relay and ledger as processes, the facts told, and the account at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import requests
from pymongo.database import Database

from contracts.event import Fact
from kernel.clock import system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.outbox import OUTBOX, all_rows
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from ops.parts import free_port
from tests.rig.account import Account
from tests.rig.facts import visit, work_item
from tests.rig.process import Process
from tests.rig.queues import RETRY_RUNGS, Queues
from tests.rig.typed import typed
from tests.waiting import eventually


class Rig:
    """Processes on one virtual host and under one database prefix; `close` ends them all."""

    told_by = "teller"  # the service whose facts are counted
    facts: tuple[str, ...] = ()  # the types of fact that are counted; none: all

    def __init__(self, *, queues: Queues, mongodb_uri: str, prefix: str, folder: Path) -> None:
        self.queues = queues
        self.mongodb_uri = mongodb_uri
        self.prefix = prefix
        self.folder = folder
        self.attempted = 0
        self.accepted: set[str] = set()
        self._processes: list[Process] = []
        self._databases: dict[str, Database[dict[str, Any]]] = {}

    def prepare(self) -> None:
        """What has to be there before anything starts; teller and ledger make theirs themselves."""

    def database(self, service: str) -> Database[dict[str, Any]]:
        """The service's database, opened from here."""
        if service not in self._databases:
            place = SimpleNamespace(mongodb_uri=self.mongodb_uri, database_prefix=self.prefix)
            self._databases[service] = open_database(place, service)
        return self._databases[service]

    def process(
        self, name: str, *arguments: str, environment: Mapping[str, str], door: bool = True
    ) -> Process:
        """A process that was not started yet."""
        log = self.folder / f"{name}-{len(self._processes)}.log"
        port = free_port() if door else None
        variables = {
            "AMQP_URI": self.queues.uri,
            "AMQP_GUEST": "yes",  # the private node of a test knows nobody else
            "MONGODB_URI": self.mongodb_uri,
            "DATABASE_PREFIX": self.prefix,
            "RETRY_RUNGS": RETRY_RUNGS,
            "METRICS_BIND": f"127.0.0.1:{free_port()}",
            **({"BIND": f"127.0.0.1:{port}"} if port else {}),
            **environment,
        }
        made = Process(*arguments, environment=variables, log=log, port=port)
        self._processes.append(made)
        return made

    def operator(self, name: str, *words: str, **environment: str) -> str:
        """What `xiangxin` prints to an operator with the settings of the process of this name."""
        place = self.process(name, environment=environment, door=False)
        done = typed(place.environment, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def teller(self, **environment: str) -> Process:
        return self.process("teller", "kernel.serve", "tests.rig.teller", environment=environment)

    def ledger(self, **environment: str) -> Process:
        return self.process("ledger", "kernel.serve", "tests.rig.ledger", environment=environment)

    def relay(self, *services: str, **environment: str) -> Process:
        arguments = ("kernel.relay", *(services or (self.told_by,)))
        return self.process("relay", *arguments, environment=environment, door=False)

    def tell(self, names: Iterable[str], *, programme: str = "sound") -> None:
        """Commit one visit per name from here, each in a transaction of its own."""
        self._tell({name: visit(name, programme) for name in names})

    def tell_of_work(self, names: Iterable[str]) -> None:
        """The same with facts of another type."""
        self._tell({name: work_item(name) for name in names})

    def _tell(self, facts: Mapping[str, Fact]) -> None:
        database = self.database("teller")
        if not self.attempted:
            ensure_indexes(database, KERNEL_INDEXES)
        transactions = Transactions(database, source="teller", clock=system_clock)
        for name, fact in facts.items():
            self.attempted += 1
            transactions.run(partial(_emit, fact))
            self.accepted.add(name)

    def ask(self, teller: Process, name: str, *, within: float = 20.0) -> int:
        """Ask the teller's door with the same key until it answers 201; how often was asked."""
        self.attempted += 1
        asked = 0

        def answered() -> bool:
            nonlocal asked
            asked += 1
            return ask_once(teller, name) == 201

        eventually(answered, within=within, every=0.1)
        self.accepted.add(name)
        return asked

    def account(self, *, parked: bool = True) -> Account:
        """What came of everything so far; `parked=False` does not ask the broker."""
        ledger = self.database("ledger")
        counted = {"type": {"$in": list(self.facts)}} if self.facts else {}
        messages = self.queues.parked() if parked else []
        return Account(
            attempted=self.attempted,
            accepted=frozenset(self.accepted),
            effects=Counter(row["entry"] for row in ledger.entries.find(counted)),
            deliveries=Counter(row["entry"] for row in ledger.deliveries.find(counted)),
            parked=frozenset(_name_of(message.body) for message in messages),
        )

    def message(self, name: str) -> bytes:
        """The message that tells of this name, as the relay sends it."""
        rows = all_rows(self.database(self.told_by))
        [body] = [row.body for row in rows if row.subject.endswith(f"/{name}")]
        return str(body).encode()

    def outbox(self, **chosen: Any) -> int:
        """How many entries of the outbox are like this."""
        return self.database(self.told_by)[OUTBOX].count_documents(chosen)

    def forget_abandoned_transactions(self) -> None:
        """What the server does by itself after transactionLifetimeLimitSeconds (60 by default).

        Until then the documents that a killed process was changing cannot be changed by others.
        """
        self.database(self.told_by).client.admin.command("killAllSessions", [])

    def settled(self, *, within: float = 20.0) -> Account:
        """The account once everything accepted has its effect or is parked and nothing waits."""

        def quiet() -> Account | None:
            account = self.account()
            assert not account.lost, f"{account.line()}: without effect {sorted(account.lost)[:5]}"
            assert self.outbox(state="sent") == self.outbox(), "facts wait in the outbox"
            assert not self.queues.waiting(), "messages wait in queues"
            return account

        account = eventually(quiet, within=within, every=0.1)
        assert account is not None
        return account

    def finish(self, *consumers: Process) -> Account:
        """Stop the consumers politely once all is settled: no message is in anybody's hand then."""
        self.settled()
        while True:
            for consumer in consumers:
                assert consumer.stop() == 0, consumer.output[-2000:]
            if not self.queues.waiting():
                return self.account()
            for consumer in consumers:
                consumer.start()
            eventually(lambda: not self.queues.waiting())

    def close(self) -> None:
        for process in self._processes:
            process.kill()
        for database in self._databases.values():
            database.client.close()


def ask_once(teller: Process, name: str) -> int:
    """One POST with the name as its key; the status, 0 when nothing was answered."""
    try:
        answer = requests.post(
            f"{teller.address}/visits", json={"visit_id": name},
            headers={"Idempotency-Key": name}, timeout=10,
        )  # fmt: skip
    except requests.RequestException:
        return 0
    return answer.status_code


def _emit(fact: Fact, transaction: Transaction) -> None:
    transaction.emit(fact)


def _name_of(body: bytes | str) -> str:
    """The visit that a parked message is about; its beginning when it is no envelope."""
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    try:
        return str(json.loads(text)["subject"]).partition("/")[2]
    except (ValueError, LookupError, TypeError):
        return text[:40]
