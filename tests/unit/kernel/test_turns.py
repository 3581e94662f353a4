"""Whose turn it is to be sent."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kernel.outbox import Row
from kernel.relay.turns import Told, Turns, by_subject

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


def row(subject: str, sequence: int) -> Row:
    return Row(
        id=f"{subject}{sequence}",
        subject=subject,
        sequence=sequence,
        key="events.visit_recorded.v1",
        private=False,
        body="{}",
        blocked=False,
        created_at=NOON,
    )


def waiting(turns: Turns) -> list[str]:
    ids = []
    while (one := turns.next()) is not None:
        ids.append(one.id)
    return ids


def test_only_one_fact_of_a_subject_is_on_its_way() -> None:
    turns = Turns()
    turns.add([row("a", 2), row("b", 1), row("a", 1), row("a", 3)])

    assert waiting(turns) == ["a1", "b1"]
    turns.confirmed(row("a", 1))
    assert waiting(turns) == ["a2"]


def test_a_missing_number_is_waited_for() -> None:
    turns = Turns()
    turns.add([row("a", 1), row("a", 3)])
    waiting(turns)

    turns.confirmed(row("a", 1))

    assert waiting(turns) == []


def test_what_stands_behind_a_stopped_fact_waits() -> None:
    turns = Turns()
    turns.add([row("a", 1), row("a", 2), row("b", 1), row("b", 2)])
    waiting(turns)

    assert [one.id for one in turns.stopped(row("a", 1))] == ["a2"]
    turns.confirmed(row("b", 1))
    assert waiting(turns) == ["b2"]


def test_a_row_found_twice_is_sent_once() -> None:
    assert by_subject([row("a", 1), row("a", 1)]) == {"a": [row("a", 1)]}


def test_the_first_fact_and_the_one_after_the_last_confirmed_follow() -> None:
    told = Told()
    assert told.follows(row("a", 1)) and not told.follows(row("a", 2))

    told.confirmed(row("a", 1))

    assert told.follows(row("a", 2)) and not told.follows(row("a", 3))


def test_the_memory_of_subjects_is_bounded() -> None:
    told = Told(most=2)
    for subject in "abc":
        told.confirmed(row(subject, 1))

    assert [told.follows(row(subject, 2)) for subject in "abc"] == [False, True, True]


@given(st.lists(st.sampled_from("abc"), max_size=30), st.randoms(use_true_random=False))
def test_every_subject_is_sent_in_order_whatever_is_confirmed_first(
    subjects: list[str], random: object
) -> None:
    rows = [row(name, subjects[:place].count(name) + 1) for place, name in enumerate(subjects)]
    turns, flying, sent = Turns(), [], []
    turns.add(sorted(rows, key=lambda _: random.random()))  # type: ignore[attr-defined]
    while True:
        while (one := turns.next()) is not None:
            flying.append(one)
            sent.append(one)
        if not flying:
            break
        turns.confirmed(flying.pop(random.randrange(len(flying))))  # type: ignore[attr-defined]

    for name in set(subjects):
        numbers = [one.sequence for one in sent if one.subject == name]
        assert numbers == list(range(1, subjects.count(name) + 1))
