"""The teller's only door: one visit saved and told in one transaction, once per key."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from marshmallow import Schema, fields

from kernel.application import Application
from kernel.clock import system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.settings import Settings
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from kernel.web import ANYONE, Call, door
from tests.rig import facts


class Visit(Schema):
    """What is to be told; the programme decides how the ledger takes it."""

    visit_id = fields.String(required=True)
    programme = fields.String(load_default="sound")


def build(settings: Settings) -> Any:
    """The database and its transactions."""
    database = open_database(settings, "teller")
    ensure_indexes(database, KERNEL_INDEXES)
    transactions = Transactions(database, source="teller", clock=system_clock)
    return SimpleNamespace(database=database, transactions=transactions)


class Http:
    """The teller's door."""

    name = "teller-http"
    max_workers = 50
    app = Application(build)

    @door("POST", "/visits", allow=ANYONE, body=Visit(), status=201, writes=True)
    def tell(self, call: Call) -> Any:
        """Save the visit and tell it."""

        def work(transaction: Transaction) -> dict[str, Any]:
            visit = {"visit_id": call.body["visit_id"]}
            self.app.database.visits.insert_one({**visit}, session=transaction.session)
            transaction.emit(facts.visit(**call.body))
            return visit

        if call.once is None:
            return self.app.transactions.run(work)
        return self.app.transactions.answer(call.once, work)
