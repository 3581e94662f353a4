"""The line: freed places, offers with a deadline, nobody asked at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.clock import SHANGHAI
from services.events.domain.line import offer_until, serve
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.domain.terms import OfferHours, Pool, SeatKind, Terms
from tests.unit.events.builders import NOON, STARTS, a_registration, a_session

HOURS = OfferHours()
AT_ONCE = Terms(promotion="automatic")


def waiting(number: int, *people: str, seats: tuple[str, ...] = ()) -> Registration:
    return a_registration(
        registration_id=f"r{number}", party=people or (f"w{number}",), status="waitlisted",
        arrival=number, seats=seats, seated=False,
    )


def behind(session: Session, *line: Registration) -> tuple[Session, list[Registration]]:
    for each in line:
        session = session.queued(session.needs(each.seats))
    return serve(session, line, now=NOON, hours=HOURS)


def test_freed_places_go_to_the_head_of_the_line_first() -> None:
    session = a_session(capacity=2, terms=AT_ONCE)
    after, served = behind(session, waiting(2), waiting(3), waiting(4))
    assert [each.registration_id for each in served] == ["r2", "r3"]
    assert {each.status for each in served} == {"confirmed"}
    assert (after.taken, after.waiting) == (2, 1)


def test_a_head_that_does_not_fit_keeps_its_turn() -> None:
    session = a_session(capacity=2, taken=1, terms=AT_ONCE)
    after, served = behind(session, waiting(2, "x", "y"), waiting(3))
    assert served == []
    assert (after.taken, after.waiting, after.places_left) == (1, 2, 0)


def test_a_smaller_party_passes_where_the_activity_says_so() -> None:
    session = a_session(capacity=2, taken=1, terms=replace(AT_ONCE, smaller_may_pass=True))
    _, served = behind(session, waiting(2, "x", "y"), waiting(3))
    assert [each.registration_id for each in served] == ["r3"]


def test_who_waits_for_a_pool_keeps_only_that_pool() -> None:
    session = a_session(
        capacity=9, terms=AT_ONCE, pools=(Pool(key="p", title="p", capacity=1),),
        seats=(SeatKind(key="c", title="c", pool="p"), SeatKind(key="a", title="a")),
    )
    pair = waiting(1, "x", "y", seats=("c", "c"))
    _, served = behind(session, pair, waiting(2, seats=("c",)), waiting(3, seats=("a",)))
    assert [each.registration_id for each in served] == ["r3"]


def test_an_offer_keeps_the_place_until_its_deadline() -> None:
    after, [offered] = behind(a_session(capacity=1), waiting(2))
    assert (offered.status, offered.seated) == ("offered", True)
    assert offered.until == NOON + timedelta(minutes=120)
    assert (after.taken, after.waiting) == (1, 0)


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2021, 9, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(8), at(10)), (at(18, 59), at(20, 59)), (at(19, 30), at(9, day=2)),
        (at(20, 59), at(9, day=2)), (at(21), None), (at(7, 59), None),
    ],
)
def test_nobody_is_asked_at_night_and_no_offer_runs_out_at_night(
        now: datetime, until: datetime | None) -> None:
    assert offer_until(a_session(), now, HOURS) == until


def test_no_offer_outlives_the_cut_off() -> None:
    session = a_session()
    late = session.line_closes_at - timedelta(minutes=5)
    hours = OfferHours(opens=datetime.min.time(), closes=datetime.max.time())
    assert session.line_closes_at == STARTS - timedelta(hours=2)
    assert offer_until(session, late, hours) == session.line_closes_at
    assert offer_until(session, session.line_closes_at, hours) is None


def test_at_night_freed_places_are_kept_for_the_line() -> None:
    session = a_session(capacity=1).queued({})
    after, served = serve(session, [waiting(2)], now=at(23), hours=HOURS)
    assert (served, after.line_paused, after.places_left) == ([], True, 0)
    woken, [offered] = serve(after, [waiting(2)], now=at(8, day=2), hours=HOURS)
    assert (offered.status, woken.line_paused) == ("offered", False)


def test_promotion_before_approval_only_holds_the_place() -> None:
    session = a_session(capacity=1, terms=Terms(mode="approval", pending_holds=True))
    _, [held] = behind(session, waiting(2))
    assert (held.status, held.seated) == ("pending_approval", True)


def test_a_session_that_is_over_serves_nobody() -> None:
    changes: dict[str, Any] = {"cancelled_at": NOON}
    assert behind(a_session(capacity=1, **changes), waiting(2))[1] == []
