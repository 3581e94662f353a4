"""Facts of one attendance in any order: C-05, C-06, C-13."""

from __future__ import annotations

from itertools import permutations

import pytest

from services.volunteers import domain
from services.volunteers.domain import Attendance, Stay, Told
from tests.unit.volunteers.builders import at, came, closed, left, session, worth

NEW = Attendance(session=session(), person_ref="p1")


def outcome(*facts: Told) -> list[tuple[Stay, str | None]]:
    heard = domain.hear(NEW, list(enumerate(facts, start=1)))
    return [(line.stay, line.reason) for line in worth(heard)]


def test_a_stay_is_settled_at_its_check_out_before_the_session_is_closed() -> None:
    stay = Stay(checked_in_at=at("07:20"), checked_out_at=at("09:10"))
    assert outcome(came(at("07:20")), left(at("09:10"))) == [(stay, None)]


def test_c_05_a_missing_check_out_is_held_at_the_close() -> None:
    stay = Stay(checked_in_at=at("07:20"))
    assert outcome(came(at("07:20")), closed()) == [(stay, "missing_check_out")]


def test_c_06_a_check_out_without_or_before_a_check_in_is_never_credited() -> None:
    alone = Stay(checked_out_at=at("09:10"))
    assert outcome(left(at("09:10")), closed()) == [(alone, "missing_check_in")]
    wrong = Stay(checked_in_at=at("09:10"), checked_out_at=at("09:10"))
    told = outcome(came(at("09:10")), left(at("09:10")), closed())
    assert told == [(wrong, "check_out_before_check_in")]


def test_a_check_in_that_an_offline_desk_tells_late_completes_its_stay() -> None:
    stay = Stay(checked_in_at=at("07:20"), checked_out_at=at("09:10"))
    assert outcome(left(at("09:10")), came(at("07:20")), closed()) == [(stay, None)]


def test_who_was_absent_has_nothing_to_settle() -> None:
    assert outcome(closed("absent")) == []


def test_coming_and_leaving_twice_are_two_stays() -> None:
    told = outcome(came(at("07:30")), left(at("08:00")), came(at("08:10")), left(at("09:00")))
    assert [reason for _, reason in told] == [None, None]
    assert len({stay for stay, _ in told}) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_c_13_facts_wait_for_their_turn_in_any_order(order: tuple[int, ...]) -> None:
    facts: list[tuple[int, Told]] = [(1, came(at("07:20"))), (2, left(at("09:10"))), (3, closed())]
    attendance = NEW
    for index in order:
        attendance = domain.hear(attendance, [facts[index]])
    assert (attendance.sequence, attendance.waiting) == (3, ())
    assert [line.reason for line in worth(attendance)] == [None]


def test_what_was_applied_before_is_ignored() -> None:
    after = domain.hear(NEW, [(1, came(at("07:20"))), (2, left(at("09:10")))])
    assert domain.hear(after, [(2, left(at("09:20"))), (1, came(at("07:00")))]) == after
