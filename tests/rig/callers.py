"""The caller of webhooks as a process, or several; a feed that is written from here; receivers."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path

from kernel.clock import system_clock
from kernel.mongo import ensure_indexes
from kernel.settings import read
from kernel.transaction import KERNEL_INDEXES, Transactions
from kernel.vault import Vault
from services.city.domain.subscriber import State, Subscriber
from services.city.store import INDEXES, Store
from services.city.usecases import webhooking
from services.city.usecases.application import City
from services.city.usecases.leaving import leaving
from services.city.usecases.replaying import token_hash
from services.city.webhook_settings import WebhookSettings
from services.city.webhooks.calling import lookup
from tests.rig.events import TOKEN
from tests.rig.office import MEMBERS
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.rig.rig import Rig
from tests.rig.typed import typed, typed_apart
from tests.unit.city.builders import told

VAULT_KEY = base64.b64encode(b"invented " * 10 + b"123456").decode()
NOBODY = "amqp://nobody@127.0.0.1:1/"  # the caller needs no broker
LOOPBACK = "127.0.0.0/8"


class Callers(Rig):
    """`app` does what operators do, `run` what they type; subscribers are set by `subscribe`."""

    def __init__(self, mongodb_uri: str, prefix: str, folder: Path) -> None:
        super().__init__(queues=Queues(NOBODY), mongodb_uri=mongodb_uri, prefix=prefix,
                         folder=folder)
        self.told = {"AMQP_URI": NOBODY, "MONGODB_URI": mongodb_uri, "DATABASE_PREFIX": prefix,
                     "VAULT_KEY": VAULT_KEY, "WEBHOOK_NETWORKS": LOOPBACK}
        database = self.database("city")
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        self.settings = read(WebhookSettings, self.told)
        self.app = City(
            transactions=Transactions(database, source="/xiangxin/city", clock=system_clock),
            store=Store.on(database), vault=Vault(database, self.settings.vault_key),
            networks=self.settings.webhook_networks)
        self._numbers: Counter[str] = Counter()

    def caller(self, **environment: str) -> Process:
        """Not started."""
        return self.process("webhooks", "services.city.webhooks", door=False,
                            environment={**self.told, **environment})

    def doors(self) -> Process:
        """The service with its pages; Wang is an operator and an auditor. Not started."""
        return self.process("city", "kernel.serve", "city", environment={
            **self.told, "ROLE": "http", "STAFF_TOKEN": TOKEN, "TOKEN_SIGN_IN": "yes",
            "STAFF_TOKENS": MEMBERS})

    def subscribe(self, name: str, state: State = "active",
                  facts: tuple[str, ...] = ("#",)) -> None:
        self.app.store.subscribers.keep(Subscriber(
            name=name, facts=facts, state=state, token_hash=token_hash(f"invented-{name}"),
            most_connections=2, queue_megabytes=10, added_at=system_clock()))

    def set(self, name: str, url: str, facts: tuple[str, ...] = ("#",)) -> str:
        """A subscriber with a webhook; its secret."""
        self.subscribe(name, facts=facts)
        secret = webhooking.set_webhook(self.app, name, url, begin="first", resolve=lookup)
        assert secret is not None
        return secret

    def publish(self, *names: str) -> list[str]:
        """One visit per name into the feed; their ids."""
        facts = []
        for name in names:
            self._numbers[name] += 1
            facts.append(leaving(told(name, self._numbers[name])))
        self.app.transactions.run(
            lambda transaction: self.app.store.feed.append(facts, transaction))
        return [each.id for each in facts]

    def run(self, *words: str, apart: bool = False) -> tuple[int, str]:
        """What an operator types, here or in a process apart; the exit status and what was said."""
        done = (typed_apart if apart else typed)(self.told, "webhook", *words)
        return done.returncode, done.stdout + done.stderr

    def close(self) -> None:
        super().close()
        self.app.close()
