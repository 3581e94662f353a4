"""Figures: exact, null when never reported, people counted once, small numbers withheld."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.event import Fact
from contracts.hours import hours
from services.stats.domain import words
from services.stats.domain.counted import BY
from services.stats.domain.figures import Figures, Scope
from services.stats.usecases.asking import counted, figures_of
from services.stats.usecases.board import board
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.opening import open_figure
from services.stats.web import fragments
from services.stats.web.figure_tables import TITLES
from tests.unit.stats.builders import (
    MORNING,
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    credited,
    held,
    published,
    redeemed,
    scheduled,
    stats,
    told,
    visited,
    work_item,
)

END = date(2021, 9, 30)


def figures(facts: Sequence[Fact], **scope: Any) -> Figures:
    app = stats()
    fold_figures(app, told(facts))
    return figures_of(app, Scope(**{"as_of": END, **scope}))


def test_what_was_never_reported_is_null() -> None:
    assert set(figures([published()]).values.values()) == {None}


def test_c_42_attendances_in_service_count_by_effective_credit_and_persons_once() -> None:
    second = a_session(2, starts_at=MORNING - timedelta(days=1))
    told_facts = [attended("a"), credited("a"), attended("b"), held("b"), credited("a", second)]

    found = figures(told_facts)

    assert (found["attendances"], found["persons"], found["minutes"]) == (2, 1, 180)


def test_c_42_three_check_in_pairs_of_a_session_are_one_attendance() -> None:
    pairs = [credited("a", minutes=30, entry=f"pair {number}") for number in range(3)]

    found = figures([attended("a"), *pairs])

    assert (found["attendances"], found["persons"], found["minutes"]) == (1, 1, 90)


@pytest.mark.parametrize("by", BY)
def test_c_42_persons_are_never_more_than_attendances(by: str) -> None:
    chance, app = random.Random(42), stats()
    days = [a_session(day, starts_at=MORNING - timedelta(days=11 * day), street=street)
            for day in range(8) for street in ("大鹏", "南澳")]
    fold_figures(app, told([published(), *(
        fact for number in range(120) for person in [f"p{chance.randrange(9)}"]
        for session in [chance.choice(days)]
        for fact in (attended(person, session), credited(person, session, entry=f"e{number}")))]))

    parts = counted(app).parts(Scope(as_of=END), by)

    seen = [(part["persons"] or 0, part["attendances"] or 0) for part in parts.values()]
    assert seen and all(0 < persons <= attendances for persons, attendances in seen)


def test_a_reversed_credit_takes_its_attendance_back() -> None:
    found = figures([credited("a"), credited("a", minutes=-90, entry="reversal")])

    assert (found["attendances"], found["persons"], found["minutes"]) == (0, 0, 0)


def test_a_held_attendance_is_zero_minutes_not_unknown() -> None:
    assert figures([attended("a"), held("a")])["minutes"] == 0


def test_hours_of_a_present_volunteer_are_unknown_until_credited() -> None:
    assert figures([attended("a")])["minutes"] is None


def test_people_online_are_attendances_but_no_persons() -> None:
    found = figures([attended("a", an_evening()), closed(an_evening(), online=800)])

    assert found["attendances"] == 801
    assert (found["attendances_onsite"], found["audience_online"], found["persons"]) == (1, 800, 1)


def test_c_43_people_served_are_only_what_organisers_reported_and_absent_is_not_0() -> None:
    unreported = closed(a_session(2))
    crowd = [credited(f"p{number}") for number in range(9)]
    assert figures([*crowd, unreported])["served_reported"] is None
    assert figures([*crowd, unreported, closed(served=0)])["served_reported"] == 0


def test_c_43_what_was_reported_has_its_method_and_reporter_and_is_called_so() -> None:
    app = stats()
    fold_figures(app, told([closed(served=40)]))
    scope = Scope(as_of=END)

    [source] = open_figure(app, "served_reported", scope, exact=False, limit=9).items
    tile = fragments(board(app, scope))["served"]["html"]

    assert (source.method, source.reported_by, source.amount) == ("计数", "staff-1", 40)
    assert figures_of(app, scope).methods == ("计数",)
    assert all("统计上报值" in said for said in (
        tile, words.FIGURES["served_reported"], TITLES["served_reported"]))


def test_households_are_distinct_over_visits_and_the_forum() -> None:
    forum = published("family-forum", "连心", counts_households=True)
    facts = [visited(1, "h1"), visited(2, "h1"), visited(3, "h2"),
             attended("a", an_evening(), household="h2"),
             attended("b", an_evening(), household="h3")]

    assert figures(facts)["households"] == 2
    assert figures([*facts, forum])["households"] == 3
    assert figures([*facts, forum], programme="family-forum")["households"] == 2


def test_windows_and_categories_are_distinct() -> None:
    found = figures([redeemed(1, "w1"), redeemed(2, "w1"), redeemed(3, "w2"),
                     work_item("i1", "open", END), work_item("i2", "done", END, "第2类")])

    assert (found["redemptions"], found["windows"]) == (3, 2)
    assert (found["work_items_total"], found["work_items_done"], found["categories"]) == (2, 1, 2)


def test_a_work_item_done_later_was_open_before() -> None:
    facts = [work_item("i1", "open", date(2021, 3, 1)), work_item("i1", "done", date(2021, 9, 1))]

    assert figures(facts, as_of=date(2021, 8, 31))["work_items_done"] == 0
    assert figures(facts)["work_items_done"] == 1


def test_scheduled_but_not_held_is_no_session_yet() -> None:
    assert figures([scheduled()])["sessions"] == 0


def test_c_44_a_morning_before_eight_belongs_to_the_local_day() -> None:
    start = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    facts = [closed(a_session(starts_at=start, ends_at=start + timedelta(minutes=90)))]

    assert figures(facts, as_of=date(2026, 8, 31))["sessions"] is None
    assert figures(facts, since=date(2026, 9, 1), as_of=date(2026, 9, 1))["sessions"] == 1


def test_c_44_a_night_over_midnight_counts_once_on_the_day_on_which_it_begins() -> None:
    start = datetime(2021, 8, 31, 14, 30, tzinfo=UTC)  # 22:30 in Shanghai, until 0:30 in September
    night = a_session(starts_at=start, ends_at=start + timedelta(hours=2))
    facts = [attended("a", night), credited("a", night, minutes=120), closed(night)]

    august = figures(facts, as_of=date(2021, 8, 31))
    september = figures(facts, since=date(2021, 9, 1))

    assert [august[name] for name in ("sessions", "attendances", "minutes")] == [1, 1, 120]
    assert set(september.values.values()) == {None}


@pytest.mark.parametrize("by", ["month", "programme"])
def test_c_45_parts_add_up_for_minutes_and_attendances_but_not_for_persons(by: str) -> None:
    august = a_session(2, starts_at=MORNING - timedelta(days=40))
    app, scope = stats(), Scope(as_of=END)
    fold_figures(app, told([credited("a"), credited("b", august), credited("a", august),
                            credited("a", a_session(3, programme="other"))]))

    found = counted(app)
    whole, parts = found.figures(scope), found.parts(scope, by).values()

    assert len(parts) == 2
    for name, total in (("minutes", 360), ("attendances", 4)):
        assert sum(part[name] or 0 for part in parts) == whole[name] == total
    assert whole["persons"] == 2 and sum(part["persons"] or 0 for part in parts) == 3


def test_wing_and_street_narrow_the_figures() -> None:
    facts = [published(), credited("a"), credited("b", a_session(2, street="南澳")),
             closed(an_evening())]

    assert figures(facts, wing="聚心")["attendances"] == 2
    assert figures(facts, wing="聚心")["sessions"] is None
    assert figures(facts, street="南澳")["attendances"] == 1


@pytest.mark.parametrize(("people", "shown"), [(0, None), (1, None), (4, None), (5, 5)])
def test_a_small_confidential_number_is_withheld_and_0_is_small(
    people: int, shown: int | None
) -> None:
    camp = published("growth-camp", "连心", confidential=True)
    august = a_camp(starts_at=MORNING - timedelta(days=40))
    facts = [camp, closed(august), *(attended(f"p{n}", august) for n in range(people))]

    found = figures(facts, programme="growth-camp")

    assert found["persons"] == found["attendances"] == shown
    assert ("persons" in found.suppressed) is (shown is None)
    assert found["sessions"] == 1


def test_who_has_the_right_sees_the_small_number_exactly() -> None:
    app = stats()
    fold_figures(app, told([attended("p", a_camp()), closed(a_camp())]))

    assert figures_of(app, Scope(as_of=END), exact=True)["persons"] == 1
    assert figures_of(app, Scope(as_of=END))["persons"] is None


def test_owner_narrows_the_figures() -> None:
    facts = [published(owner="工"), credited("a"), published("family-forum"),
             attended("b", an_evening())]

    assert figures(facts, owner="工")["attendances"] == 1
    assert figures(facts, owner="妇")["attendances"] is None


def test_the_same_small_number_in_the_open_is_shown() -> None:
    assert figures([attended("a", an_evening())])["persons"] == 1


@pytest.mark.parametrize(("minutes", "shown"), [
    (190_080, 3168), (150, 2.5), (50, 0.83), (100, 1.67), (1, 0.02), (0, 0),
])
def test_hours_are_rounded_half_up_once_c02(minutes: int, shown: float) -> None:
    assert hours(minutes) == shown
