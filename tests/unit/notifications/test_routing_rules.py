"""Breakers by the rules alone: N-9, N-10."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.routing import (
    Policy,
    Route,
    Tally,
    after_probe,
    fault_in,
    is_silent,
    judged,
    may_probe,
    opened,
    pick,
    probing,
    share,
)
from tests.unit.notifications.builders import NOW

POLICY = Policy()
A = Route(name="a", weight=3)


@given(st.dictionaries(st.sampled_from("abcd"), st.floats(0, 100)),
       st.floats(0, 1, exclude_max=True))
def test_n_9_the_draw_falls_on_somebody_with_a_weight(
    weights: dict[str, float], draw: float
) -> None:
    chosen = pick(weights, draw)
    assert (chosen is None) == (not any(weights.values()))
    assert chosen is None or weights[chosen] > 0


def test_n_9_shares_are_as_the_weights_say() -> None:
    draws = [pick({"a": 3, "b": 1}, place / 100) for place in range(100)]
    assert (draws.count("a"), draws.count("b")) == (75, 25)


@pytest.mark.parametrize(("outcome", "judgement"), [
    (Accepted(), "answered"), (Refused("x", "give_up"), "answered"),
    (Refused("x", "template"), "answered"), (Refused("x", "later"), "answered"),
    (Refused("x", "ambiguous"), "failed"), (NoAnswer("x"), "failed"), (NotReached("x"), "failed"),
    (Refused("isv.OUT_OF_SERVICE", "provider_down"), "down"),
])
def test_n_9_a_refusal_of_one_message_does_not_speak_against_the_provider(
    outcome: Outcome, judgement: str
) -> None:
    assert judged(outcome) == judgement


@pytest.mark.parametrize(("tally", "fault"), [
    (Tally(calls=5, failures=5), "errors"), (Tally(calls=4, failures=4), None),
    (Tally(calls=10, failures=5), "errors"), (Tally(calls=11, failures=5), None),
    (Tally(calls=40, slow=3), "slow"), (Tally(calls=40, slow=2), None),
    (Tally(calls=19, slow=19), None), (Tally(), None),
])
def test_n_9_errors_in_a_minute_or_a_slow_twentieth_open_the_breaker(
    tally: Tally, fault: str | None
) -> None:
    assert fault_in(tally, POLICY) == fault


@pytest.mark.parametrize(("tally", "silent"), [
    (Tally(accepted=20, reported=5), True), (Tally(accepted=20, reported=6), False),
    (Tally(accepted=19), False),
])
def test_n_9_receipts_count_only_when_there_are_enough(tally: Tally, silent: bool) -> None:
    assert is_silent(tally, POLICY) == silent


def test_n_9_an_open_route_gets_nothing_and_is_tried_after_its_pause() -> None:
    route = opened(A, "errors", NOW, POLICY)
    assert share(route, NOW, POLICY) == 0
    assert not may_probe(route, NOW + timedelta(seconds=29))
    assert may_probe(route, NOW + timedelta(seconds=30))
    tried = probing(route, NOW + timedelta(seconds=30), POLICY)
    assert not may_probe(tried, NOW + timedelta(seconds=44))  # somebody is at it
    assert may_probe(tried, NOW + timedelta(seconds=45))  # who never came back


def test_n_9_answered_probes_close_it_and_it_returns_to_its_weight_at_rest() -> None:
    route = opened(A, "errors", NOW, POLICY)
    for _ in range(POLICY.probes):
        assert route.state == "open"
        route = after_probe(probing(route, NOW, POLICY), "answered", NOW, POLICY)
    assert (route.state, route.weight) == ("closed", 3)
    shares = [share(route, NOW + POLICY.return_within * part / 4, POLICY) for part in range(6)]
    assert shares[0] == pytest.approx(0.3)
    assert shares == sorted(shares)
    assert shares[4] == shares[5] == 3


def test_n_9_a_failed_probe_opens_it_for_twice_as_long_up_to_a_limit() -> None:
    route = opened(A, "errors", NOW, POLICY)
    pauses = []
    for _ in range(7):
        assert route.until is not None
        pauses.append(int((route.until - NOW).total_seconds()))
        route = after_probe(probing(route, NOW, POLICY), "failed", NOW, POLICY)
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


def test_n_9_who_fails_soon_after_it_came_back_waits_longer_and_later_starts_anew() -> None:
    route = opened(A, "errors", NOW, POLICY)
    for _ in range(POLICY.probes):
        route = after_probe(probing(route, NOW, POLICY), "answered", NOW, POLICY)
    assert opened(route, "errors", NOW + timedelta(minutes=1), POLICY).openings == 2
    assert opened(route, "errors", NOW + timedelta(hours=1), POLICY).openings == 1


def test_n_9_who_lost_receipts_comes_back_only_when_new_ones_could_have_come() -> None:
    route = opened(A, "receipts", NOW, POLICY)
    for _ in range(POLICY.probes):
        route = after_probe(probing(route, NOW, POLICY), "answered", NOW, POLICY)
    assert share(route, NOW + POLICY.matured, POLICY) == pytest.approx(0.3)
    assert share(route, NOW + POLICY.matured + POLICY.return_within, POLICY) == 3
