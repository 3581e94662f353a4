"""The demonstration phone as a page."""

from __future__ import annotations

from services.notifications.service import Http
from services.notifications.store.phone import Shown
from tests.unit.notifications.builders import NOW


def test_messages_are_shown_in_order_and_never_as_markup() -> None:
    received = [Shown(number="139****0001", text=text, at=NOW) for text in ("<b>后</b>", "先")]
    page = Http.pages.text("console.html", received=received)
    assert page.index("&lt;b&gt;后") < page.index("先</p>")
    assert "139****0001" in page


def test_an_empty_phone_says_what_will_come() -> None:
    assert "还没有短信" in Http.pages.text("console.html", received=[])
