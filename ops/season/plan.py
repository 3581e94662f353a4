"""What happened in the 2021 season, invented so that it adds up to the published figures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ops.season.days import STREETS, at, working_days
from ops.season.people import Person, person
from ops.season.published import Published
from ops.season.records import Record, entitlements, redemptions, visits, work_items

CROSSINGS = ("中山路口", "迎宾路口", "学校路口", "码头路口", "市场路口", "车站路口")
CREW = 12
VOLUNTEERS = range(264)
HOUSEHOLD_PARENTS = range(1000, 3000)
NEIGHBOURS = range(4000, 4400)


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One party at one session: who, and when they passed the desk (aware times)."""

    party: tuple[Person, ...]
    checked_in_at: datetime
    checked_out_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """One date of an activity, with what the organiser reported at its end."""

    starts_at: datetime
    ends_at: datetime
    attendances: tuple[Attendance, ...]
    served: int | None = None
    online: int | None = None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An activity with its sessions; `key` names it the same on every run."""

    key: str
    programme: str
    title: str
    place: str
    street: str
    sessions: tuple[Session, ...]


@dataclass(frozen=True, kw_only=True)
class Season:
    """Everything there is to play; `grants` come before the records that rest on them."""

    activities: tuple[Activity, ...]
    grants: tuple[Record, ...]
    records: tuple[Record, ...]


def plan(published: Published) -> Season:
    """The season behind the published figures; the same on every run."""
    activities = (
        *_road_angels(published),
        *_gatherings(published, "mutual-aid", "互助会", party_count=16),
        *_gatherings(published, "growth-camp", "成长营", party_count=14),
        *_gatherings(published, "home-ode", "宅集颂", party_count=18),
        *_family_forum(published),
    )
    records = (*visits(published), *redemptions(published), *work_items(published))
    return Season(activities=activities, grants=tuple(entitlements()), records=records)


def spread(total: int, parts: int, rng: random.Random) -> list[int]:
    """`total` cut into `parts` plausible, uneven whole shares that add up exactly."""
    weights = [rng.uniform(0.8, 1.2) for _ in range(parts)]
    scale = total / sum(weights)
    shares = [int(weight * scale) for weight in weights]
    for index in range(total - sum(shares)):
        shares[index % parts] += 1
    return shares


def _attendance(party: tuple[Person, ...], start: datetime, end: datetime,
                rng: random.Random) -> Attendance:
    return Attendance(
        party=party,
        checked_in_at=start - timedelta(minutes=rng.randint(1, 15), seconds=rng.randint(0, 59)),
        checked_out_at=end + timedelta(minutes=rng.randint(0, 12), seconds=rng.randint(0, 59)),
    )


def _road_angels(published: Published) -> Iterator[Activity]:
    """Weekday mornings at a crossing, 7:30–9:00, crews of twelve; an activity per month, street."""
    figures = published.figures["road-angels"]
    rng = random.Random("road-angels")  # nosec B311 # an invented season
    count = figures["attendances"] // CREW
    days = list(working_days(published.first_day, published.as_of))[:count]
    served = spread(figures["served_reported"], count, rng)
    by_month: dict[tuple[int, str], list[Session]] = {}
    for index, day in enumerate(days):
        start, end = at(day, 7, 30), at(day, 9)
        crew = rng.sample(VOLUNTEERS, CREW)
        stands = tuple(_attendance((person(number),), start, end, rng) for number in crew)
        session = Session(starts_at=start, ends_at=end, attendances=stands, served=served[index])
        by_month.setdefault((day.month, STREETS[index % 3]), []).append(session)
    for (month, street), sessions in by_month.items():
        yield Activity(
            key=f"road-angels-{month}-{STREETS.index(street)}", programme="road-angels",
            title=f"马路天使 {month}月 {street}早高峰", street=street, sessions=tuple(sessions),
            place=CROSSINGS[month % len(CROSSINGS)],
        )


def _gatherings(published: Published, programme: str, title: str, *,
                party_count: int) -> Iterator[Activity]:
    """As many afternoons as were published, in the streets in turn."""
    rng = random.Random(programme)  # nosec B311 # an invented season
    days = _evenly(published, published.figures[programme]["sessions"])
    for index, day in enumerate(days):
        start, end = at(day, 15), at(day, 17)
        parties = [(person(number),) for number in rng.sample(NEIGHBOURS, party_count)]
        stands = tuple(_attendance(party, start, end, rng) for party in parties)
        street = STREETS[index % 3]
        yield Activity(
            key=f"{programme}-{index + 1}", programme=programme, street=street,
            title=f"{title}第{index + 1}场", place=f"{street}社区活动室",
            sessions=(Session(starts_at=start, ends_at=end, attendances=stands),),
        )


def _family_forum(published: Published) -> Iterator[Activity]:
    """Seventeen lessons; each household comes once with both parents, the rest watches online."""
    figures = published.figures["family-forum"]
    rng = random.Random("family-forum")  # nosec B311 # an invented season
    lessons = figures["sessions"]
    households = [
        (person(HOUSEHOLD_PARENTS[2 * n]), person(HOUSEHOLD_PARENTS[2 * n + 1]))
        for n in range(figures["households"])
    ]
    online = spread(figures["attendances"] - 2 * len(households), lessons, rng)
    for index, day in enumerate(_evenly(published, lessons)):
        start, end = at(day, 19, 30), at(day, 21)
        stands = tuple(_attendance(party, start, end, rng) for party in households[index::lessons])
        street = STREETS[index % 3]
        yield Activity(
            key=f"family-forum-{index + 1}", programme="family-forum", street=street,
            title=f"“益家”家庭教育大讲堂 第{index + 1}节", place=f"{street}文化中心",
            sessions=(Session(starts_at=start, ends_at=end, attendances=stands,
                              online=online[index]),),
        )


def _evenly(published: Published, count: int) -> list[date]:
    """`count` Saturdays-or-so spread over the season, the last in its last week."""
    first = published.first_day + timedelta(days=10)
    span = (published.as_of - published.first_day).days - 14
    return [first + timedelta(days=span * number // count) for number in range(1, count + 1)]
