"""What operators do with webhooks, and what cannot be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.city.domain.broken import (
    NotNow,
    NotOutside,
    UnknownFact,
    UnknownSubscriber,
    UnknownWebhook,
)
from services.city.domain.signing import signed, written
from services.city.usecases import webhooking
from services.city.webhooks.calling import lookup
from services.city.webhooks.record import shown
from tests.rig.calling import NAME, Office

URL = "http://127.0.0.1:9/"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"


@pytest.fixture
def office() -> Office:
    return Office()


def cursor(office: Office) -> int:
    kept = office.store.lines.of(NAME)
    assert kept is not None
    return kept.line.cursor


@pytest.mark.parametrize(("begin", "behind"), [
    (None, 3), ("now", 3), ("first", 0), ("1", 0), ("3", 2), ("hour", 2)])
def test_a_new_one_begins_where_it_is_told(begin: str | None, behind: int,
                                           office: Office) -> None:
    office.publish("a", "b")
    hour = office.clock() + timedelta(hours=1)
    office.clock.advance(timedelta(hours=1))
    office.publish("c")

    office.set(URL, hour.isoformat() if begin == "hour" else begin)

    assert cursor(office) == behind


def test_another_address_goes_on_where_it_was_with_the_secret_it_has(office: Office) -> None:
    office.set(URL)
    secrets = office.store.webhooks.of(NAME).secrets
    office.publish("a")

    again = webhooking.set_webhook(office.app, NAME, "http://127.0.0.1:7/", begin=None,
                                   resolve=lookup)

    assert again is None and cursor(office) == 0
    assert office.store.webhooks.of(NAME).secrets == secrets
    with pytest.raises(NotNow, match="replay"):
        webhooking.set_webhook(office.app, NAME, URL, begin="first", resolve=lookup)


def test_what_cannot_be_is_refused(office: Office) -> None:
    def set_at(name: str, url: str) -> None:
        webhooking.set_webhook(office.app, name, url, begin=None, resolve=lookup)

    with pytest.raises(UnknownSubscriber):
        set_at("nobody", URL)
    with pytest.raises(NotOutside):
        set_at(NAME, "http://10.0.0.1/")
    for act in (webhooking.resume, webhooking.ping, webhooking.rotate_secret, webhooking.remove):
        with pytest.raises(UnknownWebhook):
            act(office.app, NAME)
    office.set(URL)
    with pytest.raises(UnknownFact):
        webhooking.replay_one(office.app, NAME, "nothing")
    with pytest.raises(NotNow, match="up to position 0"):
        webhooking.replay(office.app, NAME, first=1, last=None)


def test_only_two_secrets_sign_and_the_older_one_for_a_day(office: Office) -> None:
    office.set(URL)
    for _ in range(3):
        webhooking.rotate_secret(office.app, NAME)
    webhook = office.store.webhooks.of(NAME)
    now = office.clock()

    assert len(webhook.secrets) == len(webhook.signing(now)) == 2
    assert webhook.signing(now + timedelta(hours=24)) == webhook.secrets[:1]


def test_the_example_for_receivers_reads_what_we_send_and_nothing_else() -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    room: dict[str, Any] = {}
    exec(compile(code, PAGE.name, "exec"), room)  # nosec B102  # the example of our own page
    secret = written(b"invented secret of thirty-two b.")
    headers = signed([secret], id="one", at=datetime.now(UTC), body=b'{"id": "one"}')

    assert room["receive"](secret, headers, b'{"id": "one"}') == {"id": "one"}
    with pytest.raises(Exception, match="signature"):
        room["receive"](secret, headers, b'{"id": "two"}')


def test_an_answer_is_shown_without_what_a_terminal_would_act_on() -> None:
    assert shown("a\x1b[2Jb\u202ec", "v1,abcdef") == "a\ufffd[2Jb\ufffdc"
    assert shown("it was v1,abcdef of whsec_abc=", "v1,abcdef") == "it was *** of ***"
