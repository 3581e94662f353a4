"""The rules of the check-in desk (C-06, C-08, C-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.events.domain import attendance as desk
from services.events.domain import broken
from services.events.domain.attendance import DeskRules, Stay
from tests.unit.events.builders import NOON, STARTS, a_registration, a_session, an_attendance

RULES = DeskRules()
ENDS = STARTS + timedelta(hours=2)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_desk_opens_half_an_hour_before_the_start() -> None:
    with pytest.raises(broken.TooEarlyToCheckIn):
        desk.scan_in(a_session(), an_attendance(), STARTS - minutes(31), rules=RULES)
    seen = desk.scan_in(a_session(), an_attendance(), STARTS - minutes(30), rules=RULES)
    assert seen.stays == (Stay(checked_in_at=STARTS - minutes(30)),)


def test_nobody_checks_in_after_the_end() -> None:
    with pytest.raises(broken.TooLateToCheckIn):
        desk.scan_in(a_session(), an_attendance(), ENDS + minutes(1), rules=RULES)


def test_fifteen_minutes_after_the_start_is_late() -> None:
    assert not desk.is_late(a_session(), STARTS + minutes(15), RULES)
    assert desk.is_late(a_session(), STARTS + minutes(15, ) + timedelta(seconds=1), RULES)


def test_a_second_gate_does_not_admit_the_same_ticket() -> None:
    inside = desk.scan_in(a_session(), an_attendance(), STARTS, rules=RULES)
    with pytest.raises(broken.AlreadyCheckedIn):
        desk.scan_in(a_session(), inside, STARTS + minutes(1), rules=RULES)


def test_the_fourth_check_in_of_a_day_is_refused_also_across_sessions_of_the_activity() -> None:
    stays = tuple(
        Stay(checked_in_at=STARTS + minutes(n), checked_out_at=STARTS + minutes(n + 1))
        for n in (0, 10)
    )
    here, morning = an_attendance(stays=stays), an_attendance(session_id="s0", stays=stays[:1])
    with pytest.raises(broken.TooManyCheckIns):
        desk.scan_in(a_session(), here, STARTS + minutes(20), rules=RULES, others=[morning])
    assert len(desk.scan_in(a_session(), here, STARTS + minutes(20), rules=RULES).stays) == 3


def test_a_check_out_without_a_check_in_is_kept_not_dropped() -> None:
    seen = desk.scan_out(an_attendance(), STARTS)
    assert seen.stays == (Stay(checked_out_at=STARTS),)


def test_a_check_in_that_arrives_after_its_check_out_completes_the_stay() -> None:
    seen = desk.scan_out(an_attendance(), ENDS)
    seen = desk.scan_in(a_session(), seen, STARTS, rules=RULES)
    assert seen.stays == (Stay(checked_in_at=STARTS, checked_out_at=ENDS),)


def test_leaving_twice_is_told_to_the_desk() -> None:
    inside = desk.scan_in(a_session(), an_attendance(), STARTS, rules=RULES)
    gone = desk.scan_out(inside, ENDS)
    with pytest.raises(broken.AlreadyCheckedOut):
        desk.scan_out(gone, ENDS)


@pytest.mark.parametrize("status", ["waitlisted", "cancelled"])
def test_only_a_place_lets_in(status: str) -> None:
    registration = a_registration(status=status)
    with pytest.raises(broken.NotConfirmed):
        desk.check_scan(a_session(), registration, at=NOON, now=NOON, rules=RULES)


def test_a_scan_from_the_future_is_refused() -> None:
    with pytest.raises(broken.ScanInTheFuture):
        desk.check_scan(a_session(), a_registration(), at=NOON + minutes(6), now=NOON, rules=RULES)


def test_a_closed_session_takes_no_scan_and_no_second_closing() -> None:
    closed = a_session(closed_at=ENDS)
    with pytest.raises(broken.SessionClosed):
        desk.check_scan(closed, a_registration(), at=ENDS, now=ENDS, rules=RULES)
    with pytest.raises(broken.SessionClosed):
        desk.check_close(closed, ENDS, RULES)


def test_a_session_is_not_closed_before_its_desk_opens() -> None:
    with pytest.raises(broken.NotStarted):
        desk.check_close(a_session(), STARTS - minutes(31), RULES)


def test_attendance_is_unknown_until_settled() -> None:
    never, seen = an_attendance(), an_attendance(stays=(Stay(checked_in_at=STARTS),))
    assert never.state == seen.state == "unknown"
    assert desk.settle(never).state == "absent"
    assert desk.settle(seen).state == "present"
