"""What needs no sign-up in the 2021 season: visits, entitlements, redemptions, work items."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ops.season.days import STREETS, at, working_days
from ops.season.published import Published

RIDERS = 40
OCCUPATIONS = ("快递员", "外卖送餐员")
CATEGORIES = ("学史明理", "学史增信", "学史崇德", "学史力行")
UNITS = ("团委", "工会", "妇联", "办公室")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record: the door it goes through, its name on every run and its body."""

    key: str
    programme: str
    door: str
    body: dict[str, object]


def visits(published: Published) -> Iterator[Record]:
    """As many households as were published, on working days."""
    rng = random.Random("hardship-visits")  # nosec B311 # an invented season
    count = published.figures["hardship-visits"]["households"]
    days = list(working_days(published.first_day, published.as_of))
    for number in range(count):
        yield Record(
            key=f"visit-{number + 1}", programme="hardship-visits", door="visits",
            body={
                "household_ref": f"hh-{number + 1:04d}", "street": STREETS[number % 3],
                "day": rng.choice(days).isoformat(),
                "goods": rng.choice(["米油", "书包文具", "慰问金"]),
                "visited_by": f"staff-{number % 5 + 1}",
            },
        )


def entitlements() -> Iterator[Record]:
    """Every rider of the season is entitled before the first window opens."""
    for number in range(RIDERS):
        yield Record(
            key=f"entitlement-{number + 1}", programme="warm-bee", door="entitlements",
            body={
                "person_ref": f"rider-{number + 1:03d}", "occupation": OCCUPATIONS[number % 2],
                "valid_from": "2021-05-06", "valid_until": "2021-12-31", "by": "staff-1",
            },
        )


def redemptions(published: Published) -> Iterator[Record]:
    """Lunches at the windows in turn, three for each rider."""
    rng = random.Random("warm-bee")  # nosec B311 # an invented season
    days = list(working_days(date(2021, 5, 6), published.as_of))
    for number in range(3 * RIDERS):
        window = number % published.figures["warm-bee"]["windows"]
        moment = at(rng.choice(days), 12, rng.randint(0, 59))
        yield Record(
            key=f"redemption-{number + 1}", programme="warm-bee", door="redemptions",
            body={
                "person_ref": f"rider-{number % RIDERS + 1:03d}", "window": f"window-{window + 1}",
                "street": STREETS[window % 3], "at": moment.isoformat(),
            },
        )


def work_items(published: Published) -> Iterator[Record]:
    """The 71 items in four categories; those that are done carry their evidence."""
    figures = published.figures["party-history"]
    rng = random.Random("party-history")  # nosec B311 # an invented season
    days = list(working_days(date(2021, 3, 1), published.as_of))
    for number in range(figures["work_items_total"]):
        day = rng.choice(days)
        body: dict[str, object] = {
            "item": f"细则{number + 1:02d}",
            "category": CATEGORIES[number % figures["categories"]],
            "state": "done" if day < date(2021, 9, 10) else "open",
            "owner": UNITS[number % len(UNITS)], "day": day.isoformat(), "due_on": "2021-12-31",
        }
        if body["state"] == "done":
            body["evidence"] = f"学习记录 2021-{number + 1:02d}"
        yield Record(
            key=f"work-item-{number + 1}", programme="party-history", door="work-items", body=body,
        )
