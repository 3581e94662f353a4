"""Kannel's answers and receipts by their tables (N-7)."""

from __future__ import annotations

import pytest

from services.notifications.domain.outcome import Accepted, Outcome, Refused
from services.notifications.domain.report import Report
from services.notifications.providers.kannel import RECEIPTS, VERDICTS, outcome_of, report_of


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
