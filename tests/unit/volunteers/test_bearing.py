"""What bears on what: nothing is weighed that cannot change, nothing left out that can (C-07)."""

from __future__ import annotations

from services.volunteers.domain import Attendance, Line, Span, Stay
from services.volunteers.domain.bearing import bearing
from services.volunteers.domain.entry import Effective
from services.volunteers.domain.values import altered
from tests.unit.volunteers.builders import at, attended, session


def there(start: str, end: str, id: str, day: str = "2026-09-01") -> Attendance:
    return attended(where=session(start, end, id=id, day=day))


def night(id: str, day: str, until: str) -> Attendance:
    where = session("22:00", "23:00", id=id, day=day)
    return attended(where=altered(where, ends_at=at("02:00", until)))


DAY, NEXT, LATER = "2026-09-01", "2026-09-02", "2026-09-03"
ALL = [there("07:00", "09:00", "a"), there("18:00", "19:00", "b"), night("night", DAY, NEXT),
       there("01:00", "03:00", "dawn", NEXT), there("10:00", "11:00", "c", NEXT),
       there("10:00", "11:00", "alone", LATER)]


def of(*changed: str, days: tuple[str, ...] = ()) -> list[str]:
    return sorted(each.session.session_id for each in bearing(ALL, changed, days))


def test_days_that_share_no_minute_are_left_alone() -> None:
    assert of("alone") == ["alone"] and of(days=(LATER,)) == ["alone"]
    assert of() == []


def test_c_09_those_of_the_day_and_c_07_those_that_overlap_across_midnight_are_weighed() -> None:
    assert of("a") == ["a", "b", "c", "dawn", "night"]
    assert of("c") == ["a", "b", "c", "dawn", "night"], "through the day and the night before it"


def test_what_touches_without_overlapping_is_another() -> None:
    one, two = there("10:00", "12:00", "one"), there("12:00", "14:00", "two", NEXT)
    assert bearing([one, two], ["one"], ()) == [one]


def test_c_15_a_moved_session_is_found_by_where_it_was_credited() -> None:
    span = Span(at("01:00", NEXT), at("03:00", NEXT))
    line = Line(key="in", day=NEXT, stay=Stay(), spans=(span,), minutes=120)
    moved = altered(there("10:00", "11:00", "moved", "2026-09-04"),
                    effective=(Effective(entry_id="e", number=1, line=line),))
    found = {each.session.session_id for each in bearing([moved, *ALL[:3]], ["moved"], ())}
    assert found == {"moved", "night", "a", "b"}
