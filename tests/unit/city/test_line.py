"""The line before a receiver: nobody overtakes within a subject, nothing is lost or forgotten."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.city.domain.line import MOST_WAITING, Line
from services.city.domain.patience import DEAD_AFTER, DELAYS, PATIENCE, PROBES, Health, delay
from tests.unit.city.builders import NOW

SECOND = timedelta(seconds=1)


def failed(line: Line, position: int, subject: str = "a", now: datetime = NOW) -> str:
    return line.failed(position, subject, now, chance=0.0)


def test_delays_grow_over_three_days_and_differ_by_a_fifth_at_most() -> None:
    whole = [delay(number, 0.0) for number in range(1, len(DELAYS) + 1)]
    assert whole == sorted(whole) and sum(whole, timedelta()) >= PATIENCE
    assert delay(1, 1.0) == 1.2 * delay(1, 0.0)
    assert delay(99, 0.0) == whole[-1]


def test_what_fails_holds_back_its_own_subject_only() -> None:
    line = Line(cursor=0)
    assert line.takes(1, "a")
    failed(line, 1)
    assert not line.takes(2, "a")
    assert line.takes(3, "b")
    line.succeeded(3, NOW)

    assert (line.cursor, sorted(line.waiting)) == (3, [1, 2])
    assert line.due(NOW) is None and line.due(NOW + DELAYS[0] * SECOND) == 1
    line.succeeded(1, NOW)
    assert line.due(NOW) == 2


def test_a_receiver_that_fails_for_many_is_asked_with_one_fact_and_more_rarely() -> None:
    line = Line(cursor=0)
    for position in range(1, DEAD_AFTER + 1):
        assert line.reads_on(NOW) and line.takes(position, f"s{position}")
        failed(line, position, f"s{position}")

    assert not line.reads_on(NOW) and line.due(NOW) is None
    now = NOW
    for seconds in (*PROBES, PROBES[-1]):
        assert line.wakes_at(now) == now + seconds * SECOND
        now += seconds * SECOND
        assert line.due(now) == 1
        failed(line, 1, "s1", now)
    line.succeeded(1, now)
    assert line.reads_on(now)
    assert [each.at for each in line.heads()] == [now] * (DEAD_AFTER - 1)


def test_too_much_that_waits_stops_the_line() -> None:
    line = Line(cursor=0)
    failed(line, 1)
    for position in range(2, MOST_WAITING + 1):
        assert line.reads_on(NOW)
        line.takes(position, "a")
    assert not line.reads_on(NOW) and len(line.waiting) == MOST_WAITING


def test_a_fact_is_given_up_only_when_others_arrived_since() -> None:
    line = Line(cursor=0)
    failed(line, 1)
    line.takes(2, "a")
    assert failed(line, 1, now=NOW + PATIENCE) == "paused"
    line.begin_anew(NOW)
    failed(line, 1)
    line.succeeded(3, NOW + SECOND)
    assert failed(line, 1, now=NOW + PATIENCE - SECOND) == "waits"
    assert failed(line, 1, now=NOW + PATIENCE) == "given_up"
    assert sorted(line.waiting) == [2] and line.due(NOW + PATIENCE) == 2


@pytest.mark.parametrize(("wish", "rests"), [(timedelta(minutes=3), timedelta(minutes=3)),
                                             (timedelta(days=9), timedelta(days=1))])
def test_a_wish_to_be_left_alone_holds_for_the_whole_receiver(
    wish: timedelta, rests: timedelta
) -> None:
    health = Health().ill(NOW, first=True, chance=0.0, wish=wish)
    assert health.rests(NOW + rests - SECOND) and not health.rests(NOW + rests)


class LineMachine(RuleBasedStateMachine):
    """Facts come, calls fail or succeed, time passes, operators resume; who is told of what?"""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.now, self.last = Line(cursor=0), NOW, 0
        self.subjects: dict[int, str] = {}
        self.arrived: dict[str, list[int]] = defaultdict(list)
        self.given_up: set[int] = set()

    def call(self, position: int, well: bool, chance: float) -> None:
        subject = self.subjects[position]
        if well:
            self.line.succeeded(position, self.now)
            self.arrived[subject].append(position)
        elif self.line.failed(position, subject, self.now, chance=chance) == "given_up":
            self.given_up.add(position)

    @rule(subject=st.sampled_from("abc"), well=st.booleans(), chance=st.floats(0, 1))
    def a_fact_comes(self, subject: str, well: bool, chance: float) -> None:
        if self.line.reads_on(self.now):
            self.last += 1
            self.subjects[self.last] = subject
            if self.line.takes(self.last, subject):
                self.call(self.last, well, chance)

    @precondition(lambda self: self.line.due(self.now) is not None)
    @rule(well=st.booleans(), chance=st.floats(0, 1))
    def one_is_due(self, well: bool, chance: float) -> None:
        position = self.line.due(self.now)
        assert position is not None
        self.call(position, well, chance)

    @rule(seconds=st.sampled_from([1, 5, 60, 600, 7200, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule()
    def an_operator_resumes(self) -> None:
        self.line.begin_anew(self.now)

    @invariant()
    def each_fact_arrived_waits_or_was_given_up(self) -> None:
        arrived = {position for each in self.arrived.values() for position in each}
        known = arrived | set(self.line.waiting) | self.given_up
        assert known == set(range(1, self.last + 1)) and self.line.cursor == self.last
        assert not arrived & set(self.line.waiting)

    @invariant()
    def nobody_overtakes_within_a_subject(self) -> None:
        for subject, positions in self.arrived.items():
            assert positions == sorted(positions)
            waits = [each for each, of in self.subjects.items()
                     if of == subject and each in self.line.waiting]
            assert not waits or not positions or min(waits) > max(positions)

    @invariant()
    def something_is_to_be_called_one_day(self) -> None:
        if self.line.waiting:
            wakes = self.line.wakes_at(self.now)
            assert wakes is not None and self.line.due(max(wakes, self.now)) is not None
        assert all(head.at is not None for head in self.line.heads())

    def teardown(self) -> None:
        """Once the receiver is well, everything arrives."""
        for _ in range(2 * len(self.line.waiting) + 1):
            wakes = self.line.wakes_at(self.now)
            if not self.line.waiting or wakes is None:
                break
            self.now = max(wakes, self.now)
            self.one_is_due(well=True, chance=0.0)
        assert not self.line.waiting


TestLine = LineMachine.TestCase
TestLine.settings = profile(max_examples=25, stateful_step_count=40, deadline=None)
