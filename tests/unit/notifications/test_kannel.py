"""Kannel's answers and receipts by their tables, and calls that nobody answers (N-4 to N-7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Report
from services.notifications.providers.base import Outgoing
from services.notifications.providers.kannel import (
    RECEIPTS,
    VERDICTS,
    Kannel,
    KannelAccess,
    outcome_of,
    report_of,
)
from tests.fakes.cloud import Asked, Cloud, CloudHandler, Reply, running


@pytest.mark.parametrize(("status", "verdict"), VERDICTS.items())
def test_n_7_each_listed_status_has_its_meaning(status: int, verdict: str) -> None:
    outcome = outcome_of(status, "")
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.verdict, outcome.listed) == (f"http_{status}", verdict, True)


@pytest.mark.parametrize(("status", "text", "outcome"), [
    (202, "0: Accepted for delivery", Accepted()),
    (202, "3: Queued for later delivery", Accepted()),
    (403, "Authorization failed for sendsms", Refused("authorization", "provider_down")),
    (202, "7: something else", Refused("http_202", "ambiguous", listed=False)),
    (500, "", Refused("http_500", "ambiguous", listed=False)),
])
def test_n_7_what_is_not_known_is_ambiguous(status: int, text: str, outcome: Outcome) -> None:
    assert outcome_of(status, text) == outcome


@pytest.mark.parametrize(("type_", "state"), [*RECEIPTS.items(), (99, None)])
def test_n_11_each_type_of_receipt_has_its_state(type_: int, state: str | None) -> None:
    report = report_of("a1", type_)
    assert (report.attempt_id, report.state, report.code) == ("a1", state, f"receipt_{type_}")
    assert isinstance(report, Report)


class _Handler(CloudHandler):
    """A gateway only as far as it does not answer."""

    def is_signed(self, asked: Asked) -> bool:
        return asked.headers["x-kannel-password"] == "secret1"

    def accept(self, asked: Asked) -> Reply:
        self.server.take(asked.headers["x-kannel-to"], "", {}, "")
        return Reply({}, 202)


class _Gateway(Cloud):
    handler = _Handler


@pytest.fixture
def gateway() -> Iterator[Cloud]:
    with running(_Gateway()) as opened:
        yield opened


def send(gateway: Cloud, *, url: str | None = None) -> Outcome:
    access = KannelAccess(url=url or gateway.url, username="district", password="secret1",
                          sender="10690", receipts_url="http://127.0.0.1:9/",
                          receipts_secret="x", within=0.3)
    return Kannel(access).send(Outgoing(attempt_id="a1", number="13900000001", text="【向心】短"))


def test_n_6_a_gateway_that_hangs_sees_exactly_one_request(gateway: Cloud) -> None:
    gateway.plan.append("hang")
    assert send(gateway) == NoAnswer("ReadTimeout")
    assert len(gateway.asked) == 1
    assert "13900000001" not in gateway.asked[0].path  # N-24


def test_n_4_accepted_and_dropped_is_no_answer(gateway: Cloud) -> None:
    gateway.plan.append("drop")
    assert isinstance(send(gateway), NoAnswer)
    assert (len(gateway.asked), len(gateway.taken)) == (1, 1)


def test_n_5_a_refused_connection_reaches_nobody(gateway: Cloud) -> None:
    assert send(gateway, url="http://127.0.0.1:1/") == NotReached("ConnectError")
    assert gateway.asked == []
