"""Messages on their way out: N-2, N-4, N-5, N-8, N-11, deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kernel.clock import FixedClock
from kernel.mongo import Unavailable
from kernel.transaction import Transaction
from services.notifications.domain.message import Message, State
from services.notifications.domain.outcome import NoAnswer, NotReached, Refused
from services.notifications.domain.report import Report
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.providers.console import Console
from services.notifications.store.claims import Begun, Claims
from services.notifications.usecases.application import App
from services.notifications.usecases.receiving import receive
from services.notifications.usecases.reconciling import sweep
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    facts_told,
    memory_app,
    states,
    told,
)


def queued(provider: Provider, clock: FixedClock | None = None) -> App:
    """One confirmed message that is due, its number known."""
    app = memory_app(provider, clock)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    return app


def test_a_message_is_submitted_once_and_told() -> None:
    app = queued(provider := Told())
    assert [send_due(app), send_due(app)] == [1, 0]
    assert states(app) == [("confirmed", "submitted")]
    assert facts_told(app) == ["submitted"]
    assert len(provider.given) == 1


def test_n_2_the_attempt_is_written_down_before_the_call() -> None:
    provider = Told()
    app = queued(provider)
    seen = []

    def look(outgoing: Outgoing) -> None:
        [document] = app.transactions.database["messages"].find()
        seen.append((document["state"], document["provider"], outgoing.attempt_id))
        assert outgoing.attempt_id in document["attempts"]

    provider.meanwhile = look
    send_due(app)
    assert [(state, name) for state, name, _ in seen] == [("sending", "told")]


def test_n_5_what_never_left_is_sent_again_later() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(outcomes=[NotReached("ConnectError")] * 2), clock)
    for wait, given in [(0, 1), (1, 1), (6, 2), (6, 2), (31, 3), (3600, 3)]:
        clock.advance(timedelta(seconds=wait))
        send_due(app)
        assert len(provider.given) == given
    assert states(app) == [("confirmed", "submitted")]


def test_n_4_what_was_not_answered_is_never_sent_again() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(outcomes=[NoAnswer("ReadTimeout")]), clock)
    for _ in range(30):
        send_due(app)
        sweep(app)
        clock.advance(timedelta(hours=1))
    assert states(app) == [("confirmed", "unknown_final")]
    assert len(provider.given) == 1
    assert facts_told(app) == ["failed"]


def test_n_11_a_late_receipt_resolves_what_was_unknown() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(outcomes=[NoAnswer("ReadTimeout")]), clock)
    send_due(app)
    clock.advance(timedelta(days=29))
    sweep(app)
    for _ in range(2):
        receive(app, "told", Report(attempt_id=provider.given[0].attempt_id, state="delivered"))
    assert states(app) == [("confirmed", "delivered")]
    assert facts_told(app) == ["failed", "submitted", "delivered"]


def test_n_11_a_receipt_before_the_answer_is_not_overruled_by_it() -> None:
    provider = Told()
    app = queued(provider)
    provider.meanwhile = lambda outgoing: receive(
        app, "told", Report(attempt_id=outgoing.attempt_id, state="delivered")
    )
    send_due(app)
    assert states(app) == [("confirmed", "delivered")]
    assert facts_told(app) == ["submitted", "delivered"]


@pytest.mark.parametrize("state", ["delivered", None])
def test_n_12_a_receipt_of_nobody_is_kept_apart(state: State | None) -> None:
    app = queued(Told())
    receive(app, "told", Report(attempt_id="unheard-of", state=state))
    assert app.transactions.database["strays"].count_documents({}) == 1
    assert states(app) == [("confirmed", "queued")]


def test_a_worker_lost_before_it_began_leaves_the_message_where_it_was() -> None:
    app = queued(provider := Told())
    assert len(app.store.claims.due(app.clock(), limit=10)) == 1
    assert send_due(app) == 1
    assert len(provider.given) == 1


def begin(app: App, message: Message, claim: str) -> list[Begun]:
    call = Begun(message=message, call=claim, provider="told")
    return app.transactions.run(lambda within: app.store.claims.begin(
        [call], claim=claim, now=app.clock(), lease=app.pace.lease, within=within))


def test_n_2_of_two_workers_that_saw_the_same_message_one_begins_it() -> None:
    app = queued(Told())
    [message] = app.store.claims.due(app.clock(), limit=1)
    assert [len(begin(app, message, claim)) for claim in ("one", "two")] == [1, 0]
    [document] = app.transactions.database["messages"].find()
    assert document["attempts"] == [f"{message.message_id}-one"]


def test_n_4_a_worker_lost_in_the_call_leaves_the_message_unknown() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(), clock)
    [message] = app.store.claims.due(clock(), limit=1)
    assert begin(app, message, "lost")
    clock.advance(app.pace.lease)
    sweep(app)
    assert (states(app), send_due(app), provider.given) == ([("confirmed", "unknown")], 0, [])


class Unwritable(Claims):
    """A database that went away once a message was looked at."""

    def begin(self, calls: Sequence[Begun], *, claim: str, now: datetime, lease: timedelta,
              within: Transaction, anew: bool = False) -> list[Begun]:
        raise Unavailable("away")


def test_n_28_nothing_leaves_while_the_attempt_cannot_be_written_down() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(), clock)
    assert app.transactions.vault is not None
    claims = Unwritable(app.transactions.database, app.transactions.vault)
    with pytest.raises(Unavailable):
        send_due(replace(app, store=replace(app.store, claims=claims)))
    assert provider.given == []
    clock.advance(app.pace.lease)
    sweep(app)
    assert (send_due(app), len(provider.given)) == (1, 1)


def test_n_8_a_message_past_its_deadline_is_not_sent() -> None:
    clock = FixedClock(NOW)
    app = queued(provider := Told(), clock)
    clock.advance(timedelta(days=2))
    send_due(app)
    assert (states(app), provider.given) == ([("confirmed", "expired")], [])
    assert facts_told(app) == ["failed"]


def test_n_14_a_retry_looks_again_whether_it_is_still_true() -> None:
    clock = FixedClock(NOW)
    provider = Told(outcomes=[NotReached("ConnectError")])
    app = queued(provider, clock)
    cancellation = told(cancelled(), 2)
    provider.meanwhile = lambda _: write_messages(app, [cancellation])
    send_due(app)
    clock.advance(timedelta(minutes=1))
    provider.meanwhile = lambda _: None
    send_due(app)
    assert states(app) == [("confirmed", "suppressed"), ("cancelled", "submitted")]


def test_a_refusal_for_good_fails_the_message_with_the_code() -> None:
    app = queued(Told(outcomes=[Refused("http_400", "give_up")]))
    send_due(app)
    [document] = app.transactions.database["messages"].find()
    assert (document["state"], document["reason"]) == ("failed", "http_400")


def test_a_provider_that_breaks_counts_as_no_answer_and_its_words_are_not_kept() -> None:
    class Broken(Provider):
        name = "broken"

        def try_send(self, outgoing: Outgoing) -> None:  # type: ignore[override]
            raise RuntimeError(outgoing.number)

    app = queued(Broken())
    send_due(app)
    [document] = app.transactions.database["messages"].find()
    assert (document["state"], document["reason"]) == ("unknown", "RuntimeError")


def test_the_console_shows_messages_newest_first_with_masked_numbers() -> None:
    clock = FixedClock(NOW)
    app = memory_app(None, clock)
    console = Console(app.store.phone, clock)
    for number in range(3):
        console.send(Outgoing(attempt_id=str(number), number="13900000001", text=f"第{number}条"))
        clock.advance(timedelta(seconds=1))
    shown = app.store.phone.latest(2)
    assert [(one.text, one.number) for one in shown] == [
        ("第2条", "139****0001"), ("第1条", "139****0001")
    ]
