"""A running events service with the department's programmes, and staff who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from kernel.web import STAFF_COOKIE
from tests.rig.events import open_events

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Office:
    """The service's address and the token of its staff."""

    address: str
    token: str

    def sit_down(self, browser: Browser, size: dict[str, int], *, scripts: bool = True) -> Page:
        """A browser of somebody on the staff, who has signed in."""
        context = browser.new_context(
            viewport=size, java_script_enabled=scripts,  # type: ignore[arg-type]
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai",
        )
        context.add_cookies([{"name": STAFF_COOKIE, "value": self.token, "url": self.address,
                              "httpOnly": True, "sameSite": "Strict"}])
        return context.new_page()


@contextmanager
def open_office(mongodb_uri: str, folder: Path) -> Iterator[Office]:
    """The service, with the 25 programmes loaded; its database is gone afterwards."""
    with open_events(mongodb_uri, folder) as running:
        yield Office(running.address, running.token)
