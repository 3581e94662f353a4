"""What makes what stale (N-14, N-15), whatever the order in which facts arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import Fact
from kernel.envelope import Envelope
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import ask_guardians, keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    asked,
    cancelled,
    confirmed,
    contact,
    lapsed,
    memory_app,
    moved,
    offered,
    pending,
    promoted,
    reminder,
    session,
    states,
    told,
    waitlisted,
)

LATER = session(timedelta(days=3))
DAY = timedelta(days=1)


def in_turn(*facts: Fact) -> list[Envelope]:
    """The facts of one registration, numbered in this order."""
    return [told(fact, number) for number, fact in enumerate(facts, start=1)]


def unsent(*facts: Fact) -> App:
    """What stands after these facts when nothing could leave."""
    app = memory_app()
    write_messages(app, in_turn(*facts))
    return app


def queued(app: App) -> list[str]:
    return [purpose for purpose, state in states(app) if state == "queued"]


@pytest.mark.parametrize(("facts", "left"), [
    ([pending("consent"), pending("approval")], ["pending_approval"]),
    ([pending("draw"), waitlisted()], ["waitlisted"]),
    ([waitlisted(), offered()], ["offered"]),
    ([waitlisted(), offered(), promoted()], ["promoted"]),
    ([waitlisted(), offered(), lapsed("offer_expired")], ["lapsed"]),
    ([offered(), lapsed("offer_declined")], []),
    ([pending("consent"), lapsed("consent_refused")], []),
    ([confirmed(), lapsed("consent_withdrawn")], ["lapsed"]),
    ([confirmed(), reminder()], ["confirmed", "reminder"]),
    ([confirmed(), reminder(), reminder(before="2h")], ["confirmed", "reminder"]),
    ([confirmed(), reminder(), cancelled()], []),
    ([confirmed(), reminder(), lapsed("place_released")], ["lapsed"]),
    ([confirmed(), reminder(), moved()], ["confirmed", "moved"]),
    ([confirmed(), moved(), reminder(where=LATER)], ["confirmed", "moved", "reminder"]),
    ([confirmed(), moved(), moved(timedelta(days=4))], ["confirmed", "moved"]),
    ([waitlisted(), moved(), promoted(where=LATER)], ["moved", "promoted"]),
    ([confirmed(), moved(), cancelled(where=LATER)], []),
    ([confirmed(), moved(), cancelled(reason="session_cancelled")], ["session_cancelled"]),
])
def test_n_14_of_what_did_not_leave_only_the_true_is_left(
    facts: Sequence[Fact], left: list[str]
) -> None:
    assert queued(unsent(*facts)) == left


def test_the_sessions_end_is_told_to_who_heard_nothing_yet_but_ones_own_is_not() -> None:
    assert states(unsent(confirmed(), cancelled(reason="resident")))[1] == (
        "cancelled", "suppressed")
    assert states(unsent(confirmed(), cancelled(reason="session_cancelled")))[1] == (
        "session_cancelled", "queued")


def test_one_s_own_decision_is_not_told_but_takes_back_what_did_not_leave() -> None:
    app = unsent(waitlisted(), offered(), lapsed("offer_declined"))
    [document] = app.transactions.database["messages"].find({"purpose": "lapsed"})
    assert (document["state"], document["reason"]) == ("suppressed", "own_decision")


def test_n_15_a_confirmation_that_waited_is_said_of_the_session_as_it_is_now() -> None:
    app = memory_app(provider := Told())
    write_messages(app, in_turn(confirmed(), moved()))
    send_due(app)  # nobody's number is known yet
    keep_contacts(app, [told(contact())])
    send_due(app)
    assert len(provider.given) == 2
    for one in provider.given:
        assert "9月4日（周五）12:00" in one.text
    [about] = [one.text for one in provider.given if "有变动" in one.text]
    assert "原定9月3日（周四）12:00" in about


def test_a_confirmation_heard_after_the_move_is_said_of_the_new_time_until_the_new_start() -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact())])
    first, second = in_turn(confirmed(), moved(timedelta(days=5)))
    write_messages(app, [second])
    send_due(app)
    write_messages(app, [first])
    send_due(app)
    said = provider.given[1].text
    assert "名额已确认" in said and "9月6日（周日）12:00" in said
    deadlines = [one["deadline"] for one in app.transactions.database["messages"].find()]
    assert deadlines == [NOW + timedelta(days=5)] * 2


def test_a_moved_session_leaves_the_end_of_an_offer_as_it_was() -> None:
    app = memory_app(provider := Told())
    write_messages(app, in_turn(offered(), moved()))
    keep_contacts(app, [told(contact())])
    send_due(app)
    [offer] = [one.text for one in provider.given if "编号" in one.text]
    assert "9月4日（周五）12:00" in offer and "保留到9月1日（周二）18:00" in offer


def test_who_was_told_of_a_move_is_told_of_the_cancellation() -> None:
    app = memory_app()
    keep_contacts(app, [told(contact())])
    first, second, third = in_turn(confirmed(), moved(), cancelled(where=LATER))
    write_messages(app, [second])
    send_due(app)
    write_messages(app, [first, third])
    assert states(app) == [("confirmed", "suppressed"), ("moved", "submitted"),
                           ("cancelled", "queued")]


@pytest.mark.parametrize("order", ["asked first", "ended first", "found out when sending"])
def test_a_guardian_is_not_asked_about_what_has_ended(order: str) -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact("g1"))])
    steps = [lambda: ask_guardians(app, [told(asked())]),
             lambda: write_messages(app, in_turn(pending("consent"), cancelled()))]
    for step in steps if order == "asked first" else reversed(steps):
        step()
    if order == "found out when sending":
        app.transactions.database["messages"].update_one(
            {"purpose": "consent"}, {"$set": {"state": "queued", "turn": 1, "look_at": NOW}})
    send_due(app)
    assert provider.given == []
    assert {state for _, state in states(app)} == {"suppressed"}


def test_asking_again_replaces_a_question_that_did_not_leave_and_no_other() -> None:
    app = memory_app()
    ask_guardians(app, [told(asked("c1"), 1), told(asked("c2", registration_id="r2"), 1)])
    ask_guardians(app, [told(asked("c1", code="X3X3X3"), 2)])
    write_messages(app, in_turn(pending("consent"), confirmed(), moved(), reminder(where=LATER)))
    found = app.transactions.database["messages"].find({"purpose": "consent"})
    assert sorted((one["consent_id"], one["sequence"], one["state"]) for one in found) == [
        ("c1", 1, "suppressed"), ("c1", 2, "queued"), ("c2", 1, "queued")]


def test_a_guardian_who_comes_along_keeps_both_messages() -> None:
    app = memory_app()
    write_messages(app, in_turn(confirmed("r1", "g1", "p1"), moved(DAY * 3, "r1", "g1", "p1")))
    ask_guardians(app, [told(asked(), 1)])
    assert sorted(queued(app)) == ["confirmed", "confirmed", "consent", "moved", "moved"]


LIVES = [
    [pending("consent"), pending("approval"), confirmed(), moved(), reminder(where=LATER),
     reminder(where=LATER, before="2h")],
    [pending("draw"), waitlisted(), moved(), offered(where=LATER), promoted(where=LATER),
     moved(timedelta(days=4), was=timedelta(days=3)), reminder(where=session(timedelta(days=4)))],
    [waitlisted(), offered(), reminder(), lapsed("offer_expired")],
    [confirmed(), reminder(), moved(), cancelled(where=LATER)],
    [confirmed(), moved(), reminder(where=LATER), cancelled(reason="session_cancelled")],
    [waitlisted(), offered(), moved(), lapsed("offer_declined", where=LATER)],
]


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(life=st.sampled_from(LIVES), data=st.data(), size=st.integers(1, 8))
def test_in_any_order_of_arrival_the_same_is_said(
    life: list[Fact], data: st.DataObject, size: int
) -> None:
    facts = in_turn(*life)
    shuffled = data.draw(st.permutations(facts * 2))
    said = [said_after([facts]), said_after([shuffled[at:at + size]
                                             for at in range(0, len(shuffled), size)])]
    assert said[0] == said[1]


def said_after(batches: Sequence[Sequence[Envelope]]) -> tuple[list[tuple[str, str]], list[str]]:
    """States and texts once the number is known, when nothing could leave before."""
    app = memory_app(provider := Told())
    for batch in batches:
        write_messages(app, list(batch))
    keep_contacts(app, [told(contact())])
    send_due(app)
    return states(app), sorted(one.text for one in provider.given)


def test_a_message_kept_without_its_session_leaves_as_it_was_written() -> None:
    """Written by a version that kept the text alone: it cannot be made anew."""
    app = memory_app(provider := Told())
    write_messages(app, in_turn(waitlisted(), moved()))
    messages = app.transactions.database["messages"]
    messages.update_one({"purpose": "waitlisted"}, {"$unset": {"session": "", "values": ""}})
    keep_contacts(app, [told(contact())])
    send_due(app)
    said = [one.text for one in provider.given]
    assert any("9月3日（周四）12:00）名额已满，你在候补第37位" in text for text in said)
