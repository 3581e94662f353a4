"""States of a message: N-4, N-5, N-8, N-11, and the facts that tell of them (C-41)."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import message as rules
from services.notifications.domain.message import Message, State, received
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.telling import facts_of
from tests.unit.notifications.builders import NOW

DAY = timedelta(hours=24)


def message(state: State = "sending", tries: int = 0) -> Message:
    return Message(event_id="e1", person_ref="p1", purpose="confirmed", deadline=NOW + DAY,
                   sequence=1, state=state, look_at=NOW, tries=tries, attempts=("a1",))


def after(outcome: Outcome, state: State = "sending") -> Message:
    return rules.answered(message(state), outcome, now=NOW, jitter=0, patience=DAY)


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


def test_n_4_silence_is_looked_at_again_only_to_give_up() -> None:
    unknown = after(NoAnswer("ReadTimeout"))
    assert unknown.look_at == NOW + DAY
    assert rules.opened_again(unknown, now=NOW + DAY, patience=DAY).state == "unknown_final"


def test_a_lost_worker_leaves_the_claimed_to_others_and_the_called_unknown() -> None:
    assert rules.opened_again(message("claimed"), now=NOW, patience=DAY).state == "queued"
    assert rules.opened_again(message("sending"), now=NOW, patience=DAY).state == "unknown"


def test_n_8_pauses_grow_and_move_by_at_most_a_fifth() -> None:
    pauses = [
        rules.postpone(message(tries=tries), "x", now=NOW, jitter=0).look_at for tries in range(7)
    ]
    seconds = [(at - NOW).total_seconds() for at in pauses if at]
    assert seconds == [5, 30, 120, 600, 1800, 1800, 1800]
    late = rules.postpone(message(), "x", now=NOW, jitter=-1).look_at
    assert late == NOW + timedelta(seconds=4)


@pytest.mark.parametrize("order", list(permutations(["submitted", "failed", "delivered"])))
@pytest.mark.parametrize("start", ["sending", "unknown", "unknown_final", "expired", "queued"])
def test_n_11_receipts_in_any_order_end_alike(start: State, order: tuple[State, ...]) -> None:
    one = message(start)
    for state in order:
        one = received(one, state)
    assert (one.state, one.look_at) == ("delivered", None)


@given(st.lists(st.sampled_from(["answer", "submitted", "failed", "delivered"]), max_size=12))
def test_n_11_the_state_is_the_greatest_of_what_was_said(said: list[str]) -> None:
    one, greatest = message(), "sending"
    for word in said:
        before = one
        if word == "answer":
            one = rules.answered(one, Accepted(), now=NOW, jitter=0, patience=DAY)
        else:
            one = received(one, word)  # type: ignore[arg-type]
        state = "submitted" if word == "answer" else word
        greatest = max(greatest, state, key=rules.ORDER.index)
        assert one.state == greatest
        assert (one == before) == (one.state == before.state)


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
