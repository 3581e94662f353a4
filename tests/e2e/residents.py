"""The events service for a browser, with what a test needs beside it: activities, places, codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from kernel.envelope import parse
from kernel.outbox import all_rows, opened
from services.events.usecases.activities import publish_activity
from services.events.usecases.application import Events
from services.events.usecases.signing_up import sign_up
from tests.e2e.axe import barriers
from tests.e2e.browser import PHONE, open_page
from tests.rig.events import ANY_HOUR, open_events
from tests.unit.events.builders import PROGRAMMES, PUBLIC, party


@dataclass(frozen=True)
class House:
    """The running service, and the same application beside it on its database."""

    address: str
    app: Events

    def activity(self, *, capacity: int = 10, sessions: int = 1, **order: Any) -> tuple[str, str]:
        """An activity from next week on; its id and its first session's."""
        start = datetime.now(UTC) + timedelta(days=7)
        dates = [{"starts_at": start + timedelta(days=day), "capacity": capacity,
                  "ends_at": start + timedelta(days=day, hours=2)} for day in range(sessions)]
        fields = {"programme": "youth-night", "title": "海边音乐会", "place": "所城广场",
                  "street": "大鹏", "mode": "first-come", "confidential": False,
                  "opens_at": None, "closes_at": None, "sessions": dates}
        made = publish_activity(self.app, {**fields, **order})
        return made["activity_id"], made["session_ids"][0]

    def sign_up(self, session_id: str, number: int) -> str:
        made = sign_up(self.app, session_id, party(number), caller=PUBLIC)
        return str(made["registration_id"])

    def code_of(self, registration_id: str) -> str:
        """What the guardian got by SMS, from the private fact."""
        rows = all_rows(self.app.transactions.database)
        told = [parse(opened(row, self.app.vault)) for row in rows]
        asked = [each.data for each in told if each.type == "events.consent_requested.v1"]
        [code] = [each["code"] for each in asked if each["registration_id"] == registration_id]
        return str(code)

    def taken(self, session_id: str) -> int:
        return self.app.store.sessions.one(session_id).taken


@contextmanager
def open_house(mongodb_uri: str, folder: Path) -> Iterator[House]:
    """Doors only; people in line are asked at any hour, so that tests pass at night as well."""
    with open_events(mongodb_uri, folder, programmes=PROGRAMMES, OFFER_HOURS=ANY_HOUR) as running:
        yield House(running.address, running.app)


def visit(browser: Browser, house: House, path: str, *, scripts: bool = True) -> Page:
    """The page on a phone."""
    page = open_page(browser, house.address, scripts=scripts)
    page.goto(path)
    return page


def without_barriers(page: Page) -> None:
    """Nothing that keeps anybody out, and nothing wider than the phone."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
