"""What nobody answered for: N-4, N-13, asked of the provider on a schedule, resent at most once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.event import Fact
from kernel.clock import FixedClock
from kernel.vault import MemoryVault
from services.notifications.domain.message import State
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome
from services.notifications.domain.report import Attempt, NotSeen, Report
from services.notifications.providers.base import Outgoing
from services.notifications.store.claims import Begun, Claims
from services.notifications.usecases.application import App
from services.notifications.usecases.reconciling import pull, sweep
from services.notifications.usecases.routing import Routes
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    confirmed,
    contact,
    corrected,
    facts_told,
    memory_app,
    states,
    told,
)

SILENCE = NoAnswer("ReadTimeout")
MINUTE = timedelta(minutes=1)


@dataclass
class Asked(Told):
    """Answers questions with `answer`, pulls with `waiting`; remembers when it was asked."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    answer: Report | NotSeen | None = None
    waiting: list[Report] = field(default_factory=list)
    asked: list[tuple[timedelta, Attempt]] = field(default_factory=list)

    def try_look_up(self, attempt: Attempt) -> Report | NotSeen | None:
        self.asked.append((self.clock() - NOW, attempt))
        return self.answer

    def try_pull(self) -> list[Report]:
        waiting, self.waiting = self.waiting, []
        return waiting


def report(state: State | None) -> Report:
    return Report(state=state, code="asked")


def sent(provider: Asked, fact: Fact | None = None) -> App:
    """One message that was sent at noon, whatever came of it."""
    app = memory_app(provider, provider.clock)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(fact or confirmed())])
    send_due(app)
    return app


def later(app: App, provider: Asked, *, until: timedelta, step: timedelta = MINUTE / 6) -> None:
    """Time passes, with all that the service does in it."""
    while provider.clock() - NOW < until:
        provider.clock.advance(step)
        sweep(app)
        send_due(app)


def test_n_4_an_unknown_call_is_asked_about_on_the_schedule_and_given_up_after_a_day() -> None:
    provider = Asked(outcomes=[SILENCE])
    app = sent(provider)
    later(app, provider, until=timedelta(minutes=100))
    later(app, provider, until=timedelta(hours=25), step=timedelta(minutes=20))
    minutes = [at / MINUTE for at, _ in provider.asked]
    for at, expected in zip(minutes, [0.5, 2, 10, 60, 1440], strict=True):
        assert 0.8 * expected <= at <= 1.2 * expected + 20 / 60 or at >= 1440
    assert {each.attempt_id for _, each in provider.asked} == {provider.given[0].attempt_id}
    assert states(app) == [("confirmed", "unknown_final")]
    assert len(provider.given) == 1 and facts_told(app) == ["failed"]


@pytest.mark.parametrize("state", ["delivered", "failed", "submitted"])
def test_n_4_what_the_provider_says_of_an_unknown_call_counts(state: State) -> None:
    provider = Asked(outcomes=[SILENCE], answer=report(state))
    app = sent(provider)
    later(app, provider, until=MINUTE)
    assert states(app) == [("confirmed", state)]
    assert (len(provider.asked), len(provider.given)) == (1, 1)


def test_n_4_what_the_provider_never_saw_leaves_once_more_and_only_once() -> None:
    provider = Asked(outcomes=[SILENCE, SILENCE], answer=NotSeen())
    app = sent(provider)
    later(app, provider, until=timedelta(minutes=90))
    later(app, provider, until=timedelta(hours=30), step=timedelta(minutes=20))
    assert len(provider.given) == 2
    assert len({one.attempt_id for one in provider.given}) == 2
    assert states(app) == [("confirmed", "unknown_final")]


def test_n_4_it_is_not_believed_before_the_first_call_is_surely_over() -> None:
    provider = Asked(outcomes=[SILENCE], answer=NotSeen())
    app = sent(provider)
    later(app, provider, until=MINUTE)
    assert (len(provider.asked), len(provider.given)) == (1, 1)
    later(app, provider, until=MINUTE * 3)
    assert (states(app), len(provider.given)) == ([("confirmed", "submitted")], 2)


def test_n_4_hours_are_not_worth_a_second_message() -> None:
    provider = Asked(outcomes=[SILENCE], answer=NotSeen())
    app = sent(provider, replace(corrected(was=90, now=60), reason="scans"))
    later(app, provider, until=timedelta(minutes=90))
    assert (states(app), len(provider.given)) == ([("hours_corrected", "unknown")], 1)


def test_n_4_a_receipt_that_comes_while_it_leaves_again_stops_it() -> None:
    provider = Asked(outcomes=[SILENCE], answer=NotSeen())
    app = sent(provider)
    provider.clock.advance(MINUTE * 3)
    sweep(app)
    assert states(app) == [("confirmed", "queued")]
    provider.waiting = [Report(state="delivered", attempt_id=provider.given[0].attempt_id)]
    assert (pull(app), send_due(app)) == (1, 0)
    assert (states(app), len(provider.given)) == ([("confirmed", "delivered")], 1)


def test_n_13_a_blocked_callback_port_still_ends_with_all_delivered() -> None:
    """Twenty minutes in which no receipt can be pushed; every message is asked about."""
    clock = FixedClock(NOW)
    provider = Asked(clock=clock, answer=report("delivered"))
    app = memory_app(provider, clock)
    for number in range(30):
        keep_contacts(app, [told(contact(f"p{number}"))])
        write_messages(app, [told(confirmed(f"r{number}", f"p{number}"))])
    while send_due(app):
        pass
    assert Counter(states(app)) == {("confirmed", "submitted"): 30}
    later(app, provider, until=MINUTE * 20, step=MINUTE)
    assert Counter(states(app)) == {("confirmed", "delivered"): 30}
    assert len(provider.asked) == len(provider.given) == 30


def test_n_13_receipts_that_wait_at_the_provider_are_pulled_by_either_name() -> None:
    provider = Asked(outcomes=[Accepted(provider_ref="biz-1"), Accepted()])
    app = sent(provider)
    keep_contacts(app, [told(contact("p2"))])
    write_messages(app, [told(confirmed("r2", "p2"))])
    send_due(app)
    provider.waiting = [Report(state="delivered", provider_ref="biz-1"),
                        Report(state="delivered", attempt_id=provider.given[1].attempt_id),
                        Report(state="delivered", provider_ref="of nobody")]
    assert pull(app) == 3
    assert states(app) == [("confirmed", "delivered")] * 2
    assert app.transactions.database["strays"].count_documents({}) == 1


def test_n_13_a_receipt_that_never_comes_leaves_the_message_as_it_was_told() -> None:
    provider = Asked()
    app = sent(provider)
    later(app, provider, until=timedelta(hours=40), step=timedelta(minutes=5))
    [kept] = app.transactions.database["messages"].find()
    assert (kept["state"], kept["reason"], "look_at" in kept) == ("submitted", "no_receipt", False)
    assert facts_told(app) == ["submitted"]


def test_the_question_names_the_call_as_the_provider_knows_it() -> None:
    provider = Asked(outcomes=[Accepted(provider_ref="biz-1")], answer=report("delivered"))
    later(sent(provider), provider, until=MINUTE * 15, step=MINUTE)
    [(_, asked)] = provider.asked
    assert (asked.provider_ref, asked.number, asked.started_at) == ("biz-1", "13900000001", NOW)


@pytest.mark.parametrize(("late", "state", "calls"), [
    (NotReached("ConnectError"), "unknown", 2), (SILENCE, "unknown", 2),
    (Accepted(), "submitted", 2),
])
def test_n_4_a_late_answer_to_the_first_call_does_not_make_a_third(
    late: Outcome, state: State, calls: int
) -> None:
    """The worker of the first call was frozen; the message left anew and is unknown again."""
    provider = Asked(outcomes=[SILENCE, late], answer=NotSeen())
    app = memory_app(provider, provider.clock)

    def meanwhile(_: Outgoing) -> None:
        provider.meanwhile = lambda _: None
        for pause in (app.pace.lease, MINUTE * 3):
            provider.clock.advance(pause)
            sweep(app)
        send_due(app)

    provider.meanwhile = meanwhile
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    send_due(app)
    later(app, provider, until=timedelta(minutes=20), step=MINUTE)
    assert (states(app), len(provider.given)) == ([("confirmed", state)], calls)


def test_n_4_who_was_frozen_longer_than_the_lease_does_not_call_any_more() -> None:
    """Between what was written before the call and the call itself."""
    provider = Asked()
    app = memory_app(provider, provider.clock)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])

    class Freezing(Claims):
        def begin(self, *args: Any, **more: Any) -> list[Begun]:
            begun = super().begin(*args, **more)
            provider.clock.advance(app.pace.lease)
            return begun

    claims = Freezing(app.transactions.database, app.transactions.vault or MemoryVault())
    send_due(replace(app, store=replace(app.store, claims=claims)))
    assert (states(app), provider.given) == ([("confirmed", "queued")], [])
    later(app, provider, until=MINUTE)
    assert (states(app), len(provider.given)) == ([("confirmed", "submitted")], 1)


@dataclass
class Deaf(Told):
    """Nobody there: nothing leaves."""

    name: str = "deaf"

    def try_send(self, outgoing: Outgoing) -> Outcome:
        self.given.append(outgoing)
        return NotReached("ConnectError")


def test_n_5_what_reached_nobody_leaves_at_once_by_another_provider() -> None:
    deaf, told_ = Deaf(), Asked()
    app = sent(told_)
    routes = Routes({"deaf": (deaf, 1), "told": (told_, 1)}, book=app.store.routes,
                    transactions=app.transactions, draw=lambda: 0.0)
    both = replace(app, routes=routes)
    write_messages(both, [told(confirmed("r2"))])
    send_due(both)
    assert (len(deaf.given), len(told_.given)) == (1, 2)
    assert deaf.given[0].attempt_id != told_.given[1].attempt_id
    assert states(app) == [("confirmed", "submitted")] * 2


def test_n_5_without_another_provider_it_waits_and_is_tried_again() -> None:
    deaf = Deaf()
    app = memory_app(deaf, clock := FixedClock(NOW))
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    moments: list[datetime] = []
    for _ in range(60):
        if send_due(app):
            moments.append(clock())
        clock.advance(timedelta(seconds=1))
    assert [round((at - NOW).total_seconds()) in {0, *range(4, 8), *range(28, 45)}
            for at in moments] == [True] * 3
