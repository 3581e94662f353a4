"""A running volunteers service with named members of staff, for tests of its doors and pages."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel.clock import Clock, system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.parts.ports import free_port
from services.volunteers.store import INDEXES, Store
from services.volunteers.usecases import App
from tests.databases import drop_databases
from tests.rig.events import TOKEN
from tests.rig.process import Process
from tests.rig.where import Where

NO_BROKER = "amqp://nobody@127.0.0.1:1/"  # the doors answer without one
LI_TOKEN, WANG_TOKEN = "li-only-for-tests-0001", "wang-only-for-tests-01"
MEMBERS = (f"li:{LI_TOKEN}:p-li:organisation:organiser:operator:names,"
           f"wang:{WANG_TOKEN}::caseworker:department:operator:auditor")


@dataclass(frozen=True)
class Office:
    """The service's address, and what is behind it."""

    address: str
    app: App


@contextmanager
def open_office(mongodb_uri: str, prefix: str, folder: Path, *,
                clock: Clock = system_clock, **more: str) -> Iterator[Office]:
    """The doors on a database of this prefix; `more` are settings."""
    database = open_database(Where(mongodb_uri, prefix), "volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    transactions = Transactions(database, source="/xiangxin/volunteers", clock=clock)
    app = App(transactions=transactions, store=Store(database), clock=clock)
    port = free_port()
    environment = {
        "AMQP_URI": NO_BROKER, "MONGODB_URI": mongodb_uri, "DATABASE_PREFIX": prefix,
        "BIND": f"127.0.0.1:{port}", "METRICS_BIND": f"127.0.0.1:{free_port()}", "ROLE": "http",
        "STAFF_TOKEN": TOKEN, "TOKEN_SIGN_IN": "yes", "STAFF_TOKENS": MEMBERS,
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(), **more,
    }
    with Process("kernel.serve", "volunteers", environment=environment,
                 log=folder / "volunteers.log", port=port) as process:
        yield Office(process.address, app)
    app.close()
    drop_databases(mongodb_uri, database.name)
