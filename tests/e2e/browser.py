"""A real browser for tests of pages: Debian's chromium without a window, driven by playwright.

Its headless shell draws and runs the same pages for less than half of the processor time: the
whole browser builds a window with pages of its own for every page of a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from kernel.web import STAFF_COOKIE

CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WIDE = {"width": 1920, "height": 1080}


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser that is closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, address: str, *, size: dict[str, int] = PHONE,
              scripts: bool = True, token: str | None = None) -> Page:
    """A page of a browser of its own, signed in where a token of staff is given."""
    context = browser.new_context(
        viewport=size, java_script_enabled=scripts,  # type: ignore[arg-type]
        base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai",
    )
    if token:
        context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": address,
                              "httpOnly": True, "sameSite": "Strict"}])
    return context.new_page()
