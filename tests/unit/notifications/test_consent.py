"""A guardian is asked with a code that nobody else learns, and not after it would be too late."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from contracts.event import CATALOGUE
from kernel.clock import FixedClock
from kernel.outbox import all_rows
from kernel.topology import FLOWS
from services.notifications.domain.notice import Rules, not_before
from services.notifications.domain.outcome import NotReached
from services.notifications.usecases import reactions
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import ASK_GUARDIANS, ask_guardians, keep_contacts
from tests.unit.notifications.builders import (
    NOW,
    Told,
    asked,
    contact,
    memory_app,
    session,
    states,
    told,
)

CODE = "K7M2Q9"
MIDNIGHT = NOW + timedelta(hours=12)


def test_the_guardian_is_asked_by_the_number_recorded_for_them_even_at_night() -> None:
    app = memory_app(provider := Told(), FixedClock(MIDNIGHT))
    ask_guardians(app, [told(asked())])
    send_due(app)
    assert provider.given == []
    keep_contacts(app, [told(contact("g1", "13900000007"))])
    send_due(app)
    [one] = provider.given
    assert one.number == "13900000007"
    assert f"输入同意码{CODE}" in one.text and "9月2日（周三）08:00前" in one.text
    assert not_before("consent", MIDNIGHT, Rules()) == MIDNIGHT


def test_a_confidential_activity_is_not_named_to_the_guardian() -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact("g1"))])
    ask_guardians(app, [told(asked(where=session(confidential=True)))])
    send_due(app)
    assert CODE in provider.given[0].text
    assert not any(word in provider.given[0].text for word in ("青年", "葵涌", "文化", "未成年"))


@pytest.mark.parametrize("provider", [Told(), Told(outcomes=[NotReached("ConnectError")])])
def test_the_code_stands_in_no_document_fact_log_line_or_name_of_a_value(
    provider: Told, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = memory_app(provider, clock := FixedClock(NOW))
    keep_contacts(app, [told(contact("g1"))])
    ask_guardians(app, [told(asked())])
    [due] = app.store.claims.due(NOW, limit=1)
    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        send_due(app)
    database = app.transactions.database
    kept = [list(database[name].find()) for name in database.list_collection_names()]
    rows = list(all_rows(database))
    assert states(app) == [("consent", "submitted")]
    assert CODE in due.text and CODE in provider.given[-1].text
    for text in (str(kept), str(rows), caplog.text, repr(due), repr(provider.given)):
        assert CODE not in text


def test_a_question_is_not_sent_after_its_time() -> None:
    app = memory_app(provider := Told(), clock := FixedClock(NOW))
    keep_contacts(app, [told(contact("g1"))])
    ask_guardians(app, [told(asked(within=timedelta(hours=1)))])
    clock.advance(timedelta(hours=1))
    send_due(app)
    assert (states(app), provider.given) == ([("consent", "expired")], [])


def test_questions_come_by_the_private_exchange_and_each_queue_has_its_reaction() -> None:
    flow = FLOWS[ASK_GUARDIANS]
    assert flow.private and all(CATALOGUE[key].private for key in flow.facts)
    mine = {name for name, each in FLOWS.items() if each.service == "notifications"}
    assert set(reactions(memory_app())) | {"notifications.keep-accounts"} == mine  # of the kernel
