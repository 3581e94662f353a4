"""A running events service for tests of the staff's console, and a town to fill it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from kernel.clock import FixedClock, system_clock
from kernel.mongo import ensure_indexes
from kernel.settings import read
from kernel.transaction import KERNEL_INDEXES
from kernel.web import STAFF_COOKIE
from ops.parts import free_port
from services.events.service import build
from services.events.settings import EventsSettings
from services.events.store import INDEXES
from services.events.usecases.programmes import load_programmes
from tests.rig.process import Process
from tests.unit.events.builders import PROGRAMMES, Town

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WIDE = {"width": 1920, "height": 1080}
TOKEN, TRUSTED = "only-for-tests", "only-for-caseworkers-in-tests"


@dataclass(frozen=True)
class Console:
    """The service's address, and the town behind it."""

    address: str
    town: Town

    def open(self, browser: Browser, *, size: dict[str, int] = DESK, scripts: bool = True,
             token: str | None = TOKEN) -> Page:
        """A browser of somebody who is signed in with the token, or (None) of a stranger."""
        context = browser.new_context(
            viewport=size, java_script_enabled=scripts,  # type: ignore[arg-type]
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai",
        )
        if token:
            context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": self.address,
                                  "httpOnly": True, "sameSite": "Strict"}])
        return context.new_page()


@contextmanager
def open_console(mongodb_uri: str, folder: Path) -> Iterator[Console]:
    """The service with a few programmes and nothing else; its database is gone afterwards."""
    port = free_port()
    environment = {
        "AMQP_URI": "amqp://127.0.0.1:1/", "MONGODB_URI": mongodb_uri, "ROLE": "http",
        "DATABASE_PREFIX": f"test_{secrets.token_hex(6)}_", "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "STAFF_TOKEN": TOKEN,
        "CASEWORKER_TOKEN": TRUSTED,
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(),
    }
    app = build(read(EventsSettings, environment))
    database = app.transactions.database
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    load_programmes(app, PROGRAMMES)
    town = Town(app=app, clock=FixedClock(system_clock()), database=database)
    process = Process("kernel.serve", "events", environment=environment, port=port,
                      log=folder / "events.log")
    try:
        process.start()
        yield Console(process.address, town)
    finally:
        process.kill()
        database.client.drop_database(database.name)
        database.client.close()
