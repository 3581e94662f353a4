"""The rules of places and line, without anything around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.events.domain.broken import (
    AlreadyAttended,
    Full,
    NotOpenYet,
    OverLimit,
    SessionClosed,
    UnknownSeat,
)
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.domain.signup import admit, check_cancel, check_open, check_party, release
from services.events.domain.terms import Pool, SeatKind, Terms
from tests.unit.events.builders import NOON, STARTS, a_registration, a_session


def a_party(*people: str, **changes: Any) -> Registration:
    return a_registration(
        party=people, status="waitlisted", seated=False, arrival=0, **changes
    )


def in_line(session: Session, *parties: Registration) -> Session:
    for each in parties:
        session = session.queued(session.needs(each.seats))
    return session


def test_a_party_that_fits_gets_its_places() -> None:
    after, party = admit(a_session(capacity=3), a_party("a", "b", "c"), NOON)
    assert (party.status, party.seated, party.arrival, after.taken) == ("confirmed", True, 1, 3)


def test_a_party_that_does_not_fit_waits_as_a_whole() -> None:
    after, party = admit(a_session(capacity=3, taken=2), a_party("a", "b"), NOON)
    assert (party.status, party.seated) == ("waitlisted", False)
    assert (after.taken, after.waiting) == (2, 1)


def test_nobody_passes_those_who_wait_even_when_a_place_is_free() -> None:
    session = in_line(a_session(capacity=3, taken=2, arrivals=3), a_party("x", "y"))
    after, party = admit(session, a_party("a"), NOON)
    assert (party.status, party.arrival, after.waiting) == ("waitlisted", 4, 2)
    assert after.places_left == 0


def test_a_smaller_party_passes_only_where_the_activity_says_so() -> None:
    session = in_line(a_session(capacity=3, taken=2), a_party("x", "y"))
    lenient = replace(session, terms=Terms(smaller_may_pass=True))
    assert admit(lenient, a_party("a"), NOON)[1].status == "confirmed"
    assert admit(replace(lenient, line_paused=True), a_party("a"), NOON)[1].status == "waitlisted"


def test_without_a_line_a_full_session_says_so() -> None:
    with pytest.raises(Full):
        admit(a_session(capacity=1, taken=1, terms=Terms(has_line=False)), a_party("a"), NOON)


def test_after_the_cut_off_nobody_joins_the_line() -> None:
    session = a_session(capacity=1, taken=1)
    with pytest.raises(Full):
        admit(session, a_party("a"), session.line_closes_at)


@pytest.mark.parametrize(("size", "capacity", "limit"), [(4, 3, 10), (5, 100, 4)])
def test_a_party_that_could_never_be_let_in_is_refused(size: int, capacity: int,
                                                       limit: int) -> None:
    with pytest.raises(OverLimit):
        check_party(a_session(capacity=capacity), ("",) * size, limit=limit)


POOLED: dict[str, Any] = {
    "capacity": 10,
    "pools": (Pool(key="children", title="儿童", capacity=2),),
    "seats": (SeatKind(key="child", title="儿童", pool="children"),
              SeatKind(key="toddler", title="幼儿", pool="children"),
              SeatKind(key="adult", title="成人")),
}


def test_several_kinds_of_seat_share_one_pool() -> None:
    session = a_session(**POOLED)
    session, first = admit(session, a_party("a", "b", seats=("child", "toddler")), NOON)
    session, second = admit(session, a_party("c", seats=("child",)), NOON)
    session, third = admit(session, a_party("d", seats=("adult",)), NOON)
    assert [first.status, second.status, third.status] == ["confirmed", "waitlisted", "confirmed"]
    assert (session.taken, session.pools[0].taken, session.waiting) == (3, 2, 1)


def test_who_waits_for_a_full_pool_keeps_nobody_from_the_others() -> None:
    session = in_line(a_session(**POOLED, taken=0), a_party("a", seats=("child",)))
    full = replace(session, pools=(replace(session.pools[0], taken=2),), taken=2)
    assert full.places_left == 8
    assert admit(full, a_party("d", seats=("adult",)), NOON)[1].status == "confirmed"
    assert admit(session, a_party("d", seats=("adult",)), NOON)[1].status == "waitlisted"


def test_a_seat_of_no_kind_and_too_many_for_a_pool_are_refused() -> None:
    with pytest.raises(UnknownSeat):
        check_party(a_session(**POOLED), ("child", ""), limit=10)
    with pytest.raises(UnknownSeat):
        check_party(a_session(), ("child",), limit=10)
    with pytest.raises(OverLimit):
        check_party(a_session(**POOLED), ("child", "child", "toddler"), limit=10)


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
    session = in_line(a_session(capacity=1, taken=1), a_party("a"))
    after = release(session, a_party("a"))
    assert (after.taken, after.waiting) == (1, 0)
