"""The sanity report: what is found, what is left alone, where it leads, how much it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.volunteers.domain import HourRules, broken
from services.volunteers.domain.sanity import SanityRules
from services.volunteers.service.sanity import address_of
from services.volunteers.usecases import App, credit_hours, lines_of
from services.volunteers.usecases.lapsing import hold_open_stays
from services.volunteers.usecases.sanity import look
from services.volunteers.usecases.watching import watch_duties
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit
from tests.unit.volunteers.desk import LI, Desk
from tests.unit.volunteers.importing import brought, cells
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide
from tests.unit.volunteers.schedule import cancelled, ended, moved, scheduled

DAY = date(2026, 9, 1)
NEVER = session("11:00", "12:00", id="s3")
S1, S2 = session(), session("08:00", "10:00", id="s2")


def app_with(*facts: Any) -> App:
    """What was heard of sessions and scans; it is the day after."""
    app = replace(an_app(), clock=lambda: at("12:00", "2026-09-02"))
    watch_duties(app, told(*(scheduled(each) for each in (S1, S2))))
    credit_hours(app, told(*facts))
    return app


def found(app: App) -> dict[str, list[tuple[str, int | None]]]:
    report = look(app, first=DAY, last=DAY)
    return {kind: [(each.session.session_id, each.minutes) for each in of]
            for kind, of in report.findings.items()}


def test_somebody_who_was_there_from_start_to_end_is_left_alone() -> None:
    assert found(app_with(*visit("07:30", "09:00"))) == {}


def test_c_05_still_on_duty_until_the_session_is_closed() -> None:
    app = app_with(came(at("07:30")))
    assert found(app) == {"on_duty": [("s1", None)]}
    watch_duties(app, told(scheduled(S1), ended(S1)))
    assert found(app) == {}, "it waits as 待核实 now, or nobody was there"
    assert found(app_with(came(at("07:30")), closed())) == {}
    running = replace(app_with(came(at("07:30"))), clock=lambda: at("08:00"))
    assert found(running) == {}, "the session is not over"


def test_c_05_somebody_whose_grace_is_over_leads_to_the_stay_that_waits() -> None:
    app = app_with(came(at("07:30")))
    hold_open_stays(replace(app, rules=HourRules(grace=timedelta())))
    [odd] = look(app, first=DAY, last=DAY).findings["on_duty"]
    assert address_of(odd) == f"/staff/held/{lines_of(app, 'p1')[0].entry_id}"


def test_a_session_that_was_never_watched_is_looked_at_all_the_same() -> None:
    app = app_with(*visit("07:30", "09:00"), came(at("11:00"), NEVER))
    report = look(app, first=DAY, last=DAY)
    assert report.sessions == 3
    assert [each.session.session_id for each in report.findings["on_duty"]] == ["s3"]


def test_c15_the_ledger_says_when_a_session_was_that_its_duty_knows_at_another_time() -> None:
    app = app_with(*visit("07:30", "09:00"))
    credit_hours(app, told(moved(session(day="2026-08-31"), S1)))
    assert look(app, first=DAY, last=DAY).sessions == 1
    [before] = [look(app, first=day, last=day) for day in [DAY - timedelta(days=1)]]
    assert (before.sessions, before.findings) == (1, {})


def test_c_06_an_end_before_the_start_leads_to_the_stay_that_waits() -> None:
    app = app_with(came(at("08:30")), left(at("08:00")), closed())
    report = look(app, first=DAY, last=DAY)
    [odd] = report.findings["end_before_start"]
    assert address_of(odd) == f"/staff/held/{lines_of(app, 'p1')[0].entry_id}"


def test_c_07_overlapping_sessions_are_found_once_with_how_much() -> None:
    app = app_with(*visit("07:30", "09:00"), came(at("08:00"), S2), left(at("10:00"), S2))
    assert found(app) == {"overlapping": [("s2", 60)]}
    [odd] = look(app, first=DAY, last=DAY).findings["overlapping"]
    assert odd.other == S1 and "/people/p1/corrections/new?entry=" in address_of(odd)


def test_what_touches_does_not_overlap_and_a_cancelled_session_is_none() -> None:
    later = session("09:00", "10:00", id="s2")
    app = app_with(*visit("07:30", "09:00"), came(at("09:00"), later), left(at("10:00"), later))
    assert found(app) == {}
    app = app_with(*visit("07:30", "09:00"), came(at("08:00"), S2), left(at("10:00"), S2))
    credit_hours(app, told(cancelled(S2)))
    assert found(app) == {}


def test_too_long_and_too_short_are_policy() -> None:
    app = app_with(came(at("07:30")), left(at("07:40")), closed())
    assert found(app) == {"too_short": [("s1", 10)]}
    assert found(replace(app, sanity=SanityRules(shortest=10))) == {}
    app = app_with(*visit("07:30", "09:00"))
    assert found(replace(app, sanity=SanityRules(longest=89))) == {"too_long": [("s1", 90)]}


def test_c_09_days_over_the_limit_lead_to_their_approval() -> None:
    long = session("06:00", "16:00", id="s1")
    app = app_with(came(long.starts_at, long), left(long.ends_at, long), closed(where=long))
    [odd] = look(app, first=DAY, last=DAY).findings["over_limit"]
    assert (odd.minutes, odd.level) == (120, "parent")
    assert address_of(odd) == "/staff/people/p1/days/2026-09-01"


def test_c_16_what_a_person_decided_is_not_odd_scans_any_more() -> None:
    app = app_with(came(at("07:30")))
    decide(app, a_ruling(minutes=60))
    assert found(app) == {}


def fixed(app: App) -> list[tuple[str, int, int, int]]:
    return [(each.programme, each.attendances, each.minutes, each.each)
            for each in look(app, first=DAY, last=DAY).programmes()]


def test_c_48_a_programme_of_one_length_is_flagged_and_one_minute_more_is_not() -> None:
    app = app_with(*(fact for who in ("p1", "p2", "p3")
                     for fact in visit("07:30", "09:00", who=who)))
    assert fixed(app) == [("road-angels", 3, 270, 90)]
    decide(app, a_ruling(who="p3", minutes=89))
    assert fixed(app) == []
    assert fixed(app_with(*visit("07:30", "09:00"))) == [], "one attendance says nothing"


def test_c_44_sessions_belong_to_the_local_day_on_which_they_begin() -> None:
    app = app_with(came(at("07:30")))
    for day, number in ((date(2026, 8, 31), 0), (DAY, 1), (date(2026, 9, 2), 0)):
        assert look(app, first=day, last=day).numbers["on_duty"] == number


def test_imported_sessions_are_looked_at_too() -> None:
    app = an_app()
    brought(app, cells(**{"时长（分钟）": "5"}))
    report = look(app, first=date(2021, 6, 1), last=date(2021, 6, 1))
    assert (report.sessions, report.numbers["too_short"]) == (1, 1)


def test_a_report_is_bounded_in_days_findings_and_seconds() -> None:
    app = app_with(came(at("07:30")), came(at("07:30"), who="p2"))
    with pytest.raises(broken.PeriodTooLong):
        look(app, first=date(2020, 1, 1), last=DAY)
    few = look(replace(app, sanity=SanityRules(listed=1)), first=DAY, last=DAY)
    assert (few.numbers["on_duty"], len(few.findings["on_duty"])) == (2, 1)
    slow = look(replace(app, clock=_slow().__next__), first=DAY, last=DAY)
    assert (slow.complete, slow.programmes()) == (False, [])


def _slow() -> Iterator[datetime]:
    """A clock that is a minute later whenever it is asked."""
    now = at("12:00", "2026-09-02")
    while True:
        yield now
        now += timedelta(minutes=1)


def test_the_page_lists_what_is_odd_with_what_one_can_do() -> None:
    app = app_with(came(at("07:30")), came(at("07:30"), S2, "p2"), left(at("07:20"), S2, "p2"),
                   *visit("07:30", "09:00", who="p3"), *visit("07:30", "09:00", who="p4"))
    page = Desk(app, LI).get("sanity_page", "from=2026-09-01&to=2026-09-01")
    for words in ("仍在岗", "/staff/duties", "按固定时长计", "road-angels", "1.5"):
        assert words in page
    before = Desk(app, LI).get("sanity_page", "from=2026-08-01&to=2026-08-31")
    assert "没有这样的项目" in before
    assert "一次最多 366 天" in Desk(app, LI).get("sanity_page", "from=2020-01-01&to=2026-09-01")


