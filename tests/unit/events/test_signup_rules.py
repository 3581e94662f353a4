"""The rules of places and line, without anything around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.events.domain.broken import AlreadyAttended, NotOpenYet, OverLimit, SessionClosed
from services.events.domain.signup import admit, check_cancel, check_open, promote, release
from tests.unit.events.builders import NOON, STARTS, a_registration, a_session


def test_a_party_that_fits_gets_its_places() -> None:
    after, admission = admit(a_session(capacity=3), 3, limit=10)
    assert (admission.status, admission.position, after.taken) == ("confirmed", None, 3)


def test_a_party_that_does_not_fit_waits_as_a_whole() -> None:
    after, admission = admit(a_session(capacity=3, taken=2), 2, limit=10)
    assert (admission.status, admission.position) == ("waitlisted", 1)
    assert (after.taken, after.waiting) == (2, 1)


def test_nobody_passes_those_who_wait_even_when_a_place_is_free() -> None:
    session = a_session(capacity=3, taken=2, waiting=1, arrivals=3)
    after, admission = admit(session, 1, limit=10)
    assert (admission.status, admission.position, admission.arrival) == ("waitlisted", 2, 4)
    assert after.places_left == 0


@pytest.mark.parametrize(("size", "capacity", "limit"), [(4, 3, 10), (5, 100, 4)])
def test_a_party_that_could_never_be_let_in_is_refused(size: int, capacity: int,
                                                       limit: int) -> None:
    with pytest.raises(OverLimit):
        admit(a_session(capacity=capacity), size, limit=limit)


def test_freed_places_go_to_the_head_of_the_line_first() -> None:
    leaving = a_registration(party=("a", "b"))
    line = [
        a_registration(registration_id=f"r{n}", party=(f"w{n}",), status="waitlisted", arrival=n)
        for n in (2, 3, 4)
    ]
    session = a_session(capacity=2, taken=2, waiting=3)
    after, promoted = promote(release(session, leaving), line)
    assert [each.registration_id for each in promoted] == ["r2", "r3"]
    assert (after.taken, after.waiting) == (2, 1)


def test_a_head_that_does_not_fit_keeps_its_turn() -> None:
    line = [
        a_registration(registration_id="pair", party=("x", "y"), status="waitlisted", arrival=2),
        a_registration(registration_id="single", party=("z",), status="waitlisted", arrival=3),
    ]
    session = a_session(capacity=2, taken=2, waiting=2)
    after, promoted = promote(release(session, a_registration()), line)
    assert promoted == []
    assert (after.taken, after.waiting, after.places_left) == (1, 2, 0)


def test_the_public_signs_up_between_opening_and_start() -> None:
    session = a_session(opens_at=NOON)
    with pytest.raises(NotOpenYet):
        check_open(session, NOON - timedelta(seconds=1), staff=False)
    check_open(session, NOON, staff=False)
    check_open(session, STARTS - timedelta(seconds=1), staff=False)
    with pytest.raises(SessionClosed):
        check_open(session, STARTS, staff=False)


def test_sign_up_ends_when_the_activity_says_so() -> None:
    session = a_session(closes_at=NOON)
    with pytest.raises(SessionClosed):
        check_open(session, NOON, staff=False)


def test_staff_may_enter_past_sessions_until_they_are_closed() -> None:
    later = STARTS + timedelta(days=30)
    check_open(a_session(), later, staff=True)
    with pytest.raises(SessionClosed):
        check_open(a_session(closed_at=later), later, staff=True)


def test_who_was_at_the_desk_cannot_cancel() -> None:
    with pytest.raises(AlreadyAttended):
        check_cancel(a_session(), a_registration(attended=True), NOON, staff=True)


def test_after_the_start_only_staff_cancel() -> None:
    with pytest.raises(SessionClosed):
        check_cancel(a_session(), a_registration(), STARTS, staff=False)
    check_cancel(a_session(), a_registration(), STARTS, staff=True)


def test_a_waiting_party_that_leaves_frees_no_place() -> None:
    session = a_session(capacity=1, taken=1, waiting=1)
    after = release(session, replace(a_registration(), status="waitlisted"))
    assert (after.taken, after.waiting) == (1, 0)
