"""The planned season adds up to what was published, and is the same on every run."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kernel.clock import local_day
from ops.season.check import Line, table
from ops.season.people import person
from ops.season.plan import Activity, Season, plan, working_days
from ops.season.published import Published, read_published
from services.events import programmes
from services.events.programmes import load

OWN_FILES = Path(programmes.__file__).with_name("programmes")


@pytest.fixture(scope="module")
def published() -> Published:
    return read_published()


@pytest.fixture(scope="module")
def season(published: Published) -> Season:
    return plan(published)


def of(season: Season, programme: str) -> list[Activity]:
    return [activity for activity in season.activities if activity.programme == programme]


def test_two_plans_are_equal(published: Published, season: Season) -> None:
    assert plan(published) == season


def test_the_road_angels_stand_as_often_and_as_long_as_published(
    published: Published, season: Season
) -> None:
    sessions = [session for activity in of(season, "road-angels") for session in activity.sessions]
    figures = published.figures["road-angels"]
    lengths = [s.ends_at - s.starts_at for s in sessions for _ in s.attendances]
    assert len(lengths) == figures["attendances"]
    assert sum(length.seconds // 60 for length in lengths) == figures["minutes"]
    assert sum(session.served or 0 for session in sessions) == figures["served_reported"]


@pytest.mark.parametrize("programme", ["mutual-aid", "growth-camp", "home-ode", "family-forum"])
def test_as_many_sessions_as_published(
    programme: str, published: Published, season: Season
) -> None:
    sessions = sum(len(activity.sessions) for activity in of(season, programme))
    assert sessions == published.figures[programme]["sessions"]


def test_the_forum_reaches_its_households_and_attendances(
    published: Published, season: Season
) -> None:
    sessions = [session for activity in of(season, "family-forum") for session in activity.sessions]
    parties = {stand.party[0] for session in sessions for stand in session.attendances}
    on_site = sum(len(stand.party) for session in sessions for stand in session.attendances)
    online = sum(session.online or 0 for session in sessions)
    assert len(parties) == published.figures["family-forum"]["households"]
    assert on_site + online == published.figures["family-forum"]["attendances"]


def test_records_add_up(published: Published, season: Season) -> None:
    doors = Counter(record.door for record in season.records)
    windows = {r.body["window"] for r in season.records if r.door == "redemptions"}
    categories = {r.body["category"] for r in season.records if r.door == "work-items"}
    assert doors["visits"] == published.figures["hardship-visits"]["households"]
    assert doors["work-items"] == published.figures["party-history"]["work_items_total"]
    assert len(windows) == published.figures["warm-bee"]["windows"]
    assert len(categories) == published.figures["party-history"]["categories"]


def test_every_rider_is_entitled_before_and_no_window_is_asked_too_often(season: Season) -> None:
    """The season goes through the checks that the programme's own file asks for."""
    held = load(OWN_FILES)["warm-bee"]
    asked = [record.body for record in season.records if record.door == "redemptions"]
    entitled = {grant.body["person_ref"] for grant in season.grants}
    occupations = {grant.body["occupation"] for grant in season.grants}
    days = Counter((body["person_ref"], str(body["at"])[:10]) for body in asked)
    assert {body["person_ref"] for body in asked} == entitled
    assert occupations == set(held.entitled)
    assert {body["window"] for body in asked} == {window.key for window in held.windows}
    assert held.per_day and max(days.values()) <= held.per_day


def test_the_work_items_are_in_the_categories_of_their_programme(season: Season) -> None:
    items = [record.body for record in season.records if record.door == "work-items"]
    assert {item["category"] for item in items} == set(load(OWN_FILES)["party-history"].categories)
    assert all(item["owner"] and ("evidence" in item) == (item["state"] == "done")
               for item in items)


def test_every_day_lies_in_the_season_and_some_after_august(
    published: Published, season: Season
) -> None:
    days = {local_day(s.starts_at) for activity in season.activities for s in activity.sessions}
    assert published.first_day <= min(days) and max(days) <= published.as_of
    assert max(days) > date(2021, 8, 31)


def test_nobody_stands_twice_at_one_crossing(season: Season) -> None:
    for activity in season.activities:
        for session in activity.sessions:
            people = [one for stand in session.attendances for one in stand.party]
            assert len(people) == len(set(people))


def test_holidays_are_no_working_days() -> None:
    assert date(2021, 2, 12) not in set(working_days(date(2021, 2, 1), date(2021, 2, 28)))


def test_people_outside_the_test_range_are_refused() -> None:
    with pytest.raises(ValueError, match="test range"):
        person(10_000)


def test_the_table_marks_a_difference() -> None:
    line = Line(programme="road-angels", name="hours", published=3168, platform=3167)
    assert table([line]).splitlines()[1].startswith("≠")
