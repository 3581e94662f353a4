"""Small confidential numbers cannot be worked out from what everybody may ask (decision 0013)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.stats.domain.counted import Counted
from services.stats.domain.day import DayRow, Place, Share
from services.stats.domain.figures import NAMES, Figures, Scope
from services.stats.domain.programme import Programme

FIRST, TODAY = date(2021, 3, 1), date(2021, 5, 4)
PROGRAMMES = {
    "camp": Programme(key="camp", title="camp", wing="连心", owner="妇", confidential=True),
    "visits": Programme(key="visits", title="visits", wing="连心", owner="妇", confidential=True,
                        counts_households=True),
    "forum": Programme(key="forum", title="forum", wing="连心", owner="团"),
}
STREETS = ("大鹏", "葵涌", "南澳")
SMALLEST = 5
ENDS = [date(2021, 3, 1), date(2021, 3, 30), date(2021, 3, 31), date(2021, 4, 1), date(2021, 4, 30)]
Answers = dict[Any, Figures]


def day_row(day: date, programme: str, street: str, people: Sequence[str]) -> DayRow:
    """A closed session with these people in it."""
    row = DayRow(place=Place(day=day.isoformat(), programme=programme, street=street))
    row.add(Share(place=row.place, sums={"sessions": 1, "onsite": 0, "served_reported": 40}))
    for person in people:
        row.add(Share(place=row.place, sums={"onsite": 1, "minutes": 90},
                      names={"persons": (person,), "attending_households": (person[:1],)}))
    return row


def of_everybody(rows: Sequence[DayRow]) -> Counted:
    return Counted.for_everybody(rows, PROGRAMMES, today=TODAY.isoformat(), smallest=SMALLEST)


def windows(days: Sequence[date]) -> Iterator[dict[str, Any]]:
    for since, until in product(days, days):
        if since <= until:
            yield {"since": since, "as_of": until}


def everything_asked(counted: Counted, days: Sequence[date]) -> Answers:
    """Every question there is about these days, by every filter and in every division."""
    filters: list[dict[str, Any]] = [{}, *({"programme": key} for key in PROGRAMMES),
                                     *({"street": street} for street in STREETS),
                                     {"owner": "妇"}, {"wing": "连心"}]
    answers: Answers = {}
    for window, chosen in product(windows(days), filters):
        scope = replace(Scope(**window), **chosen)
        answers[(scope, "")] = counted.figures(scope)
        for by in ("day", "month", "programme", "street", "owner"):
            for name, found in counted.parts(scope, by).items():
                answers[(scope, f"{by}={name}")] = found
    return answers


def test_every_small_number_could_as_well_be_another() -> None:
    """All worlds of three days with 0 to 7 people each: whatever is small in one of them, another
    world gives the same answers to every question and has another number there."""
    days = [FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=30)]
    views: dict[Any, set[tuple[int, ...]]] = defaultdict(set)
    for world in product(range(8), repeat=3):
        rows = [
            day_row(day, "camp", "大鹏", [f"{day.day}-{number}" for number in range(count)])
            for day, count in zip(days, world, strict=True)
        ]
        seen = tuple(
            tuple((found.values[name], name in found.partial) for name in NAMES)
            for found in map(of_everybody(rows).figures, (Scope(**w) for w in windows(days)))
        )
        views[seen].add(world)

    for worlds in views.values():
        for place, world in product(range(3), worlds):
            if 0 < world[place] < SMALLEST:
                assert len({other[place] for other in worlds}) > 1, worlds


people = st.lists(st.sampled_from([f"{home}{n}" for home in "abcd" for n in range(3)]),
                  max_size=9, unique=True)
a_row = st.builds(
    day_row, st.dates(date(2021, 3, 29), date(2021, 4, 3)),
    st.sampled_from(sorted(PROGRAMMES)), st.sampled_from(STREETS), people,
)


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(a_row, max_size=14, unique_by=lambda row: row.place.key))
def test_whatever_is_subtracted_from_whatever_leaves_no_small_number(rows: list[DayRow]) -> None:
    """Confidential people in an answer are those it has beyond the same answer about open rows."""
    public = everything_asked(of_everybody(rows), ENDS)
    is_open = [row for row in rows if row.place.programme == "forum"]
    alone = everything_asked(of_everybody(is_open), ENDS)

    secret = {
        asked: int(found["attendances"] or 0) - int(alone[asked]["attendances"] or 0)
        if asked in alone else int(found["attendances"] or 0)
        for asked, found in public.items()
    }
    by_filter: dict[Any, list[tuple[Scope, int]]] = defaultdict(list)
    for (scope, part), count in secret.items():
        key = (scope.programme, scope.street, scope.owner, scope.wing, part)
        by_filter[key].append((scope, count))
    for asked in by_filter.values():
        for (wide, more), (narrow, less) in product(asked, asked):
            if wide.first <= narrow.first and narrow.last <= wide.last:
                assert more - less == 0 or more - less >= SMALLEST


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(a_row, max_size=14, unique_by=lambda row: row.place.key))
def test_c_42_confidential_people_are_counted_apart_or_not_at_all(rows: list[DayRow]) -> None:
    """A number of people is that of open rows alone, or of one whole block and nobody else."""
    is_open = [row for row in rows if row.place.programme == "forum"]
    alone = everything_asked(of_everybody(is_open), ENDS)

    for asked, found in everything_asked(of_everybody(rows), ENDS).items():
        for name in ("persons", "households"):
            known = alone[asked][name] if asked in alone else None
            assert found[name] == known or (known is None and int(found[name] or 0) >= SMALLEST)


def test_a_month_that_is_not_over_is_in_no_block() -> None:
    rows = [day_row(date(2021, 5, 1), "camp", "大鹏", [f"p{n}" for n in range(9)])]

    found = of_everybody(rows).figures(Scope(as_of=TODAY))

    assert found["attendances"] is None and "attendances" in found.suppressed
    assert found["sessions"] == 1


def test_a_total_says_what_was_left_out_of_it() -> None:
    rows = [day_row(FIRST, "forum", "大鹏", ["a1", "a2"]),
            day_row(FIRST, "camp", "大鹏", ["a1", "b1"])]

    found = of_everybody(rows).figures(Scope(as_of=TODAY))

    assert (found["attendances"], found["persons"]) == (2, 2)
    assert {"attendances", "persons", "minutes"} <= set(found.partial) and not found.suppressed


