"""The events service as one process of a test's own, and the same application beside it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel.login_token import public_of
from kernel.mongo import ensure_indexes
from kernel.settings import read
from kernel.transaction import KERNEL_INDEXES
from ops.parts import free_port
from services.events import programmes as files
from services.events.programmes import Programme, load
from services.events.service import build
from services.events.settings import EventsSettings
from services.events.store import INDEXES
from services.events.usecases.application import Events
from services.events.usecases.programmes import load_programmes
from tests.databases import drop_databases
from tests.rig.process import Process

OWN_FILES = Path(files.__file__).with_name("programmes")
TOKEN, CASEWORKER_TOKEN = "only-for-tests", "only-for-caseworkers"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
CASEWORKER = {"Authorization": f"Bearer {CASEWORKER_TOKEN}"}
ANY_HOUR = "00:00-23:59"  # for OFFER_HOURS: tests pass at night as well


@dataclass(frozen=True)
class Running:
    """The process, and its application on the same database."""

    process: Process
    app: Events

    @property
    def address(self) -> str:
        return self.process.address


def doors_only(mongodb_uri: str, port: int) -> dict[str, str]:
    """The environment of a service that only answers people, on a database of its own."""
    return {
        "AMQP_URI": "amqp://nobody@127.0.0.1:1/", "AMQP_GUEST": "yes",
        "MONGODB_URI": mongodb_uri, "ROLE": "http",
        "DATABASE_PREFIX": f"test_{secrets.token_hex(6)}_", "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "STAFF_TOKEN": TOKEN,
        "WRITES_PER_ADDRESS": "1000000",  # a whole crowd comes from one machine
        "TOKEN_SIGN_IN": "yes",
        "CASEWORKER_TOKEN": CASEWORKER_TOKEN,
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(), **login_keys(),
    }


def login_keys() -> dict[str, str]:
    """Keys of logins, as `xiangxin login-key` makes them."""
    seed = bytes(range(32))
    return {"LOGIN_KEY": base64.b64encode(seed).decode(),
            "LOGIN_PUBLIC_KEYS": base64.b64encode(public_of(seed)).decode()}


@contextmanager
def open_events(mongodb_uri: str, folder: Path, *,
                programmes: Iterable[Programme] | None = None,
                **variables: str) -> Iterator[Running]:
    """The service while the block runs, with these programmes or the department's own.

    `variables` are added to its environment; its database is its own.
    """
    port = int(variables.get("BIND", f":{free_port()}").rpartition(":")[2])
    environment = doors_only(mongodb_uri, port) | variables
    app = build(read(EventsSettings, environment))
    database = app.transactions.database
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    load_programmes(app, programmes or load(OWN_FILES).values())
    process = Process("kernel.serve", "events", environment=environment, port=port,
                      log=folder / "events.log")
    try:
        process.start()
        yield Running(process, app)
    finally:
        process.kill()
        database.client.close()
        drop_databases(mongodb_uri, database.name)
