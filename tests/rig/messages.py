"""The notifications service as a process with named members of staff, and its application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.session import SessionRef
from kernel.clock import system_clock
from kernel.settings import read
from ops.parts import free_port
from ops.prepare import migrate
from services.notifications.service import build
from services.notifications.settings import NotificationsSettings
from services.notifications.usecases.application import App
from tests.databases import drop_databases
from tests.rig.events import doors_only
from tests.rig.office import LI_TOKEN, WANG_TOKEN
from tests.rig.process import Process
from tests.unit.notifications import builders

MEMBERS = (f"li:{LI_TOKEN}:p-li:department:operator:names,"
           f"wang:{WANG_TOKEN}::caseworker:department:operator:auditor")


@dataclass(frozen=True)
class Messages:
    """The process, and its application on the same database."""

    process: Process
    app: App

    @property
    def address(self) -> str:
        return self.process.address


def soon(starts_in: timedelta = timedelta(days=2), **changes: Any) -> SessionRef:
    """A session of the activity a1, so far from now."""
    return builders.session(system_clock() + starts_in - builders.NOW, **changes)


@contextmanager
def open_messages(mongodb_uri: str, folder: Path, **variables: str) -> Iterator[Messages]:
    """The doors while the block runs; nothing is sent."""
    port = free_port()
    environment = doors_only(mongodb_uri, port) | {"STAFF_TOKENS": MEMBERS} | variables
    settings = read(NotificationsSettings, environment)
    migrate(settings, ["notifications"])
    app = build(settings)
    process = Process("kernel.serve", "notifications", environment=environment, port=port,
                      log=folder / "notifications.log")
    try:
        process.start()
        yield Messages(process, app)
    finally:
        process.kill()
        name = app.transactions.database.name
        app.close()
        drop_databases(mongodb_uri, name)
