"""What is kept without a change: reads, refusals and sign-ins, each in a commit of its own."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel.audit.act import Act, acting
from kernel.audit.book import Book
from kernel.clock import system_clock
from kernel.mongo import Unavailable
from kernel.transaction import Transactions
from kernel.tries import Tries

log = getLogger(__name__)

REFUSED = ("refused", "sign_in_refused")
REFUSALS = {"most": 20, "seconds": 60}  # of one address that are kept; the others are only logged


class Auditor:
    """Of one process."""

    def __init__(self, database: Database[dict[str, Any]], service: str) -> None:
        self.book = Book(database)
        self._transactions = Transactions(
            database, source=f"/xiangxin/{service}", clock=system_clock, deadline=2.0
        )
        self._tries = Tries()

    def keep(self, act: Act) -> None:
        """Raises Unavailable: what cannot be kept is not shown."""
        with acting(act):
            self._transactions.run(lambda _: None)

    def tell(self, act: Act) -> None:
        """A refusal or a sign-in: a flood of them, or a database that is away, holds nobody up."""
        who = act.address or "unknown"
        flood = act.kind in REFUSED and self._tries.take(act.kind, who, **REFUSALS)
        if not flood:
            try:
                self.keep(act)
                return
            except (Unavailable, PyMongoError):
                pass  # the caller is refused or let in all the same
        log.warning("not in the audit log: %s at %s (correlation %s)", act.kind, act.what,
                    act.correlation)
