"""A running events service for tests of the staff's console, and a town to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from kernel.clock import FixedClock, system_clock
from tests.e2e.browser import DESK, open_page
from tests.rig.events import TOKEN, open_events
from tests.unit.events.builders import PROGRAMMES, Town


@dataclass(frozen=True)
class Console:
    """The service's address, and the town behind it."""

    address: str
    town: Town

    def open(self, browser: Browser, *, size: dict[str, int] = DESK, scripts: bool = True,
             token: str | None = TOKEN) -> Page:
        """A browser of somebody who is signed in with the token, or (None) of a stranger."""
        return open_page(browser, self.address, size=size, scripts=scripts, token=token)


@contextmanager
def open_console(mongodb_uri: str, folder: Path) -> Iterator[Console]:
    """The service with a few programmes and nothing else."""
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES) as running:
        app = running.app
        yield Console(running.address, Town(app=app, clock=FixedClock(system_clock()),
                                            database=app.transactions.database))
