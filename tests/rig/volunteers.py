"""The volunteers service as a process with its doors, for tests that ask it as people do."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.mongo import ensure_indexes, open_database
from kernel.settings import read
from kernel.transaction import KERNEL_INDEXES
from ops.parts.ports import free_port
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import INDEXES
from tests.databases import drop_databases
from tests.rig.process import Process

RECEPTION = {"Authorization": "Bearer token-of-the-reception"}
CHECKER = {"Authorization": "Bearer token-of-the-checker"}
MEMBERS = ("reception:token-of-the-reception,"
           "checker:token-of-the-checker::caseworker:department:operator")


@contextmanager
def open_volunteers(mongodb_uri: str, folder: Path, **variables: str) -> Iterator[Process]:
    """The service's doors while the block runs, on a database of its own."""
    port, metrics = free_port(), free_port()
    environment = {
        "AMQP_URI": "amqp://nobody@127.0.0.1:1/", "MONGODB_URI": mongodb_uri, "ROLE": "http",
        "DATABASE_PREFIX": f"test_{secrets.token_hex(6)}_", "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{metrics}", "STAFF_TOKENS": MEMBERS, "TOKEN_SIGN_IN": "yes",
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(), **variables,
    }
    database = open_database(read(VolunteersSettings, environment), "volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    process = Process("kernel.serve", "volunteers", environment=environment, port=port,
                      log=folder / "volunteers.log")
    try:
        with process:
            yield process
    finally:
        database.client.close()
        drop_databases(mongodb_uri, database.name)
