"""The life of a message: N-4, N-5, N-8, N-11, N-13, and the facts that tell of it (C-41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import life
from services.notifications.domain.life import Patience, received
from services.notifications.domain.message import HANDED_OVER, ORDER, UNSENT, Message, State
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.telling import facts_of
from tests.unit.notifications.builders import NOW

DAY = timedelta(hours=24)
PATIENCE = Patience()


def message(state: State = "sending", tries: int = 0, **changes: Any) -> Message:
    return Message(**{
        "event_id": "e1", "person_ref": "p1", "purpose": "confirmed", "deadline": NOW + DAY,
        "sequence": 1, "state": state, "look_at": NOW, "tries": tries, "attempts": ("a1",),
        "started_at": NOW, **changes,
    })


def after(outcome: Outcome, state: State = "sending") -> Message:
    return life.answered(message(state), outcome, now=NOW, jitter=0, patience=PATIENCE)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted(), "submitted"),
        (Accepted(delivered=True), "delivered"),
        (NotReached("ConnectError"), "queued"),
        (NoAnswer("ReadTimeout"), "unknown"),
        (Refused("503", "later"), "queued"),
        (Refused("403", "provider_down"), "queued"),
        (Refused("400", "give_up"), "failed"),
        (Refused("sign", "template"), "failed"),
        (Refused("http_500", "ambiguous"), "unknown"),
    ],
)
def test_n_7_each_outcome_has_its_state(outcome: Outcome, state: State) -> None:
    assert after(outcome).state == state


def looks(one: Message) -> list[float]:
    """When a message is asked about, in seconds after its call, as nobody ever answers."""
    at: list[float] = []
    while one.look_at is not None:
        at.append((one.look_at - NOW).total_seconds())
        one = life.unresolved(one, now=one.look_at, jitter=0, patience=PATIENCE)
    return at


def test_n_4_an_unknown_call_is_asked_about_and_given_up_after_a_day() -> None:
    unknown = after(NoAnswer("ReadTimeout"))
    assert looks(unknown) == [30, 120, 600, 3600, 86_400]
    late = replace(unknown, look_at=NOW + DAY, asked=4)
    given_up = life.unresolved(late, now=NOW + DAY, jitter=0, patience=PATIENCE)
    assert (given_up.state, given_up.reason) == ("unknown_final", "no_receipt")


def test_n_13_a_receipt_that_is_missing_is_asked_for_and_then_left_missing() -> None:
    submitted = after(Accepted())
    assert looks(submitted) == [600, 3600, 21_600, 86_400]
    late = replace(submitted, look_at=NOW + DAY, asked=3)
    left = life.unresolved(late, now=NOW + DAY, jitter=0, patience=PATIENCE)
    assert (left.state, left.reason, left.look_at) == ("submitted", "no_receipt", None)


@pytest.mark.parametrize(
    ("changes", "seconds", "state"),
    [
        ({}, 120, "queued"),
        ({}, 30, "unknown"),  # the first call may still be under way
        ({"resends": 1}, 120, "unknown"),
        ({"purpose": "hours_credited"}, 120, "unknown"),
        ({"state": "submitted"}, 600, "submitted"),
        ({"state": "delivered", "look_at": None}, 600, "delivered"),
    ],
)
def test_n_4_only_what_the_provider_never_saw_leaves_once_more(
    changes: dict[str, Any], seconds: int, state: State
) -> None:
    one = message(**{"state": "unknown", **changes})
    again = life.not_seen(one, now=NOW + timedelta(seconds=seconds), patience=PATIENCE)
    assert again.state == state
    assert (again.resends > one.resends) is (state == "queued")


def test_a_lost_worker_leaves_the_claimed_to_others_and_the_called_unknown() -> None:
    assert life.lost(message("claimed"), now=NOW, patience=PATIENCE).state == "queued"
    assert life.lost(message("sending"), now=NOW, patience=PATIENCE).state == "unknown"


@pytest.mark.parametrize("state", sorted(HANDED_OVER))
def test_n_18_what_is_on_its_way_is_not_held(state: State) -> None:
    assert life.hold(message(state), "limit", NOW + DAY) == message(state)


def test_every_state_is_unsent_on_its_way_or_an_end_that_was_never_sent() -> None:
    assert set(ORDER) == UNSENT | HANDED_OVER | {"suppressed", "expired"}


def test_n_8_pauses_grow_and_move_by_at_most_a_fifth() -> None:
    pauses = [
        life.postpone(message(tries=tries), "x", now=NOW, jitter=0).look_at for tries in range(7)
    ]
    seconds = [(at - NOW).total_seconds() for at in pauses if at]
    assert seconds == [5, 30, 120, 600, 1800, 1800, 1800]
    late = life.postpone(message(), "x", now=NOW, jitter=-1).look_at
    assert late == NOW + timedelta(seconds=4)


def test_n_7_later_means_no_sooner_than_the_provider_said() -> None:
    hour = Refused("isv.BUSINESS_LIMIT_CONTROL", "later", wait=timedelta(hours=1))
    assert after(hour).look_at == NOW + timedelta(hours=1)
    assert after(Refused("Throttling", "later")).look_at == NOW + timedelta(seconds=5)


@pytest.mark.parametrize("order", list(permutations(["submitted", "failed", "delivered"])))
@pytest.mark.parametrize(
    "start", ["sending", "unknown", "unknown_final", "expired", "queued", "held"])
def test_n_11_receipts_in_any_order_end_alike(start: State, order: tuple[State, ...]) -> None:
    one = message(start)
    for state in order:
        one = received(one, state, now=NOW, patience=PATIENCE)
    assert (one.state, one.look_at) == ("delivered", None)


@pytest.mark.parametrize("start", ["expired", "unknown_final"])
def test_n_11_a_receipt_after_thirty_days_still_counts(start: State) -> None:
    late = received(message(start), "delivered", now=NOW + timedelta(days=30), patience=PATIENCE)
    assert (late.state, late.look_at) == ("delivered", None)


SAID: tuple[Outcome | State, ...] = (Accepted(), NoAnswer("ReadTimeout"), "submitted", "failed",
                                     "delivered")


def hears(one: Message, word: Outcome | State) -> Message:
    if isinstance(word, str):
        return received(one, word, now=NOW, patience=PATIENCE)
    return life.answered(one, word, now=NOW, jitter=0, patience=PATIENCE)


def says(word: Outcome | State) -> State:
    if isinstance(word, str):
        return word
    return "submitted" if isinstance(word, Accepted) else "unknown"


@pytest.mark.parametrize("size", range(1, len(SAID) + 1))
def test_n_11_all_orders_of_answers_and_receipts_end_at_the_greatest(size: int) -> None:
    for words in combinations(SAID, size):
        greatest = max(map(says, words), key=ORDER.index)
        for order in permutations(words):
            one = message()
            for word in order:
                one = hears(one, word)
            assert one.state == greatest, order


@given(st.lists(st.sampled_from([*SAID, "time", "not_seen", "lost"]), max_size=12))
def test_n_11_neither_time_nor_questions_take_back_what_a_receipt_said(said: list[Any]) -> None:
    one, now, receipts = message(), NOW, ["sending"]
    for word in said:
        before = one
        if word == "time":
            now = one.look_at or now + DAY
            one = life.unresolved(one, now=now, jitter=0, patience=PATIENCE)
        elif word == "not_seen":
            one = life.not_seen(one, now=now, patience=PATIENCE)
        elif word == "lost":
            one = life.lost(one, now=now, patience=PATIENCE)
        else:
            one = hears(one, word)
            receipts += [word] if isinstance(word, str) else []
        assert ORDER.index(one.state) >= ORDER.index(before.state) or one.state == "queued"
        assert one.resends <= 1
    known = [state for state in receipts if state != "sending"]
    if known:
        assert ORDER.index(one.state) >= max(map(ORDER.index, known))


def test_c_41_what_arrived_was_submitted_first_and_each_is_told_once() -> None:
    told = [type(fact).__name__ for fact in facts_of("sending", message("delivered"))]
    assert told == ["MessageSubmitted", "MessageDelivered"]
    assert [type(f).__name__ for f in facts_of("submitted", message("delivered"))] == told[1:]
    assert facts_of("delivered", message("delivered")) == []
    assert facts_of("queued", message("suppressed")) == []
    [failed] = facts_of("queued", message("expired"))
    assert type(failed).__name__ == "MessageFailed"


def test_n_1_the_id_is_the_same_for_the_same_fact_person_and_purpose() -> None:
    assert message("queued").message_id == message("delivered").message_id
