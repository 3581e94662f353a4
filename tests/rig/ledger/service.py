"""The ledger hears facts and makes one entry for each; entries have no natural key unless asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from kernel.application import Application
from kernel.clock import system_clock
from kernel.consume import Permanent
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.mongo import available, ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from tests.rig.ledger.settings import LedgerSettings

QUEUE = "stats.fold-figures"
SLOW = 0.02  # seconds, inside the transaction
SLUGGISH = 25.0  # seconds, before it; longer than two heartbeats
DIES_WITH = 137


class Ledger:
    """Entries `{entry, event, type}`, and `deliveries`: whatever was handed to us, kept at once."""

    def __init__(self, settings: LedgerSettings) -> None:
        self._database = open_database(settings, "ledger")
        ensure_indexes(self._database, {**KERNEL_INDEXES, "entries": [], "deliveries": []})
        self._transactions = Transactions(self._database, source="ledger", clock=system_clock)
        self._fails = settings.fails == "yes"
        guards: dict[str, Callable[[list[Envelope]], None]] = {
            "inbox": self._by_inbox,
            "key": self._by_key,
            "none": self._unguarded,
        }
        self._enter = guards[settings.guard]

    def enter(self, heard: list[Envelope]) -> None:
        """One entry each."""
        with available():
            self._database.deliveries.insert_many([_entry(one) for one in heard])
        if any(one.data.get("programme") == "sluggish" for one in heard):
            time.sleep(SLUGGISH)
        self._enter(heard)

    def _by_inbox(self, heard: list[Envelope]) -> None:
        self._transactions.hear(QUEUE, heard, self._add)

    def _by_key(self, heard: list[Envelope]) -> None:
        def work(transaction: Transaction) -> None:
            self._take(heard)
            for one in heard:
                entry = _entry(one)
                self._database.entries.update_one(
                    {"_id": entry["entry"]}, {"$setOnInsert": entry}, upsert=True,
                    session=transaction.session,
                )  # fmt: skip

        self._transactions.run(work)

    def _unguarded(self, heard: list[Envelope]) -> None:
        self._transactions.run(lambda transaction: self._add(transaction, heard))

    def _add(self, transaction: Transaction, heard: list[Envelope]) -> None:
        self._take(heard)
        entries = [_entry(one) for one in heard]
        self._database.entries.insert_many(entries, session=transaction.session)

    def _take(self, heard: list[Envelope]) -> None:
        """How a visit is taken depends on its programme."""
        for one in heard:
            programme = one.data.get("programme")
            if programme == "slow":
                time.sleep(SLOW)
            elif programme == "deadly":
                os._exit(DIES_WITH)
            elif programme == "poison":
                raise Permanent("nobody can enter this")
            elif programme == "broken" and self._fails:
                raise ArithmeticError("the handler is broken")


def _entry(envelope: Envelope) -> dict[str, Any]:
    entry = envelope.subject.partition("/")[2]
    return {"entry": entry, "event": envelope.id, "type": envelope.type}


class Facts:
    """What the ledger hears."""

    name = "ledger-facts"
    app = Application(Ledger)

    @hear(QUEUE)
    def enter(self, heard: list[Envelope]) -> None:
        self.app.enter(heard)
