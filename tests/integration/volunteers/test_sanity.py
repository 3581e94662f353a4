"""The sanity report over a real ledger: 马路天使 2021 is found to be of fixed length (C-48)."""

from __future__ import annotations

from datetime import date, timedelta
from time import monotonic

from contracts.event import Fact
from services.volunteers.usecases import App, credit_hours
from services.volunteers.usecases.sanity import look
from services.volunteers.usecases.watching import watch_duties
from tests.unit.volunteers.builders import session, told, visit
from tests.unit.volunteers.schedule import ended, scheduled

MORNINGS, CREW = 176, 12


def road_angels(app: App) -> None:
    """2,112 attendances of ninety minutes, as they were heard."""
    facts, known = list[Fact](), list[Fact]()
    for number in range(MORNINGS):
        day = (date(2021, 1, 4) + timedelta(days=number)).isoformat()
        where = session(id=f"m{number}", day=day)
        known += [scheduled(where), ended(where)]
        for at in range(CREW):
            facts += visit("07:30", "09:00", id=where.session_id, day=day,
                           who=f"p{(number + at) % 90}")
    watch_duties(app, told(*known))
    heard = told(*facts)
    for start in range(0, len(heard), 600):
        credit_hours(app, heard[start:start + 600])


def test_c_48_the_road_angels_of_2021_are_flagged_as_fixed_length(app: App) -> None:
    road_angels(app)
    began = monotonic()
    report = look(app, first=date(2021, 1, 1), last=date(2021, 12, 31))
    assert (report.complete, report.sessions, sum(report.numbers.values())) == (True, MORNINGS, 0)
    print(f"{MORNINGS * CREW} attendances looked at in {monotonic() - began:.2f} s")
    [flagged] = report.programmes()
    assert (flagged.programme, flagged.attendances, flagged.minutes, flagged.each) == (
        "road-angels", 2_112, 190_080, 90)
