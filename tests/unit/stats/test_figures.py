"""Figures: exact, null when never reported, people counted once, small numbers withheld."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.event import Fact
from contracts.hours import hours
from services.stats.domain.figures import Figures, Scope
from services.stats.usecases.asking import figures_of
from services.stats.usecases.folding import fold_figures
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


def test_attendances_in_service_count_by_effective_credit_and_persons_once() -> None:
    second = a_session(2, starts_at=MORNING - timedelta(days=1))
    told_facts = [attended("a"), credited("a"), credited("a", minutes=0, entry="second pair"),
                  attended("b"), credited("a", second)]

    found = figures(told_facts)

    assert (found["attendances"], found["persons"], found["minutes"]) == (2, 1, 180)


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


def test_people_served_are_only_what_organisers_reported() -> None:
    unreported = closed(a_session(2))
    assert figures([unreported])["served_reported"] is None
    assert figures([unreported, closed(served=0)])["served_reported"] == 0


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


def test_a_morning_before_eight_belongs_to_the_local_day_c44() -> None:
    start = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    facts = [closed(a_session(starts_at=start, ends_at=start + timedelta(minutes=90)))]

    assert figures(facts, as_of=date(2026, 8, 31))["sessions"] is None
    assert figures(facts, since=date(2026, 9, 1), as_of=date(2026, 9, 1))["sessions"] == 1


def test_months_and_programmes_add_up_for_minutes_but_persons_do_not_c45() -> None:
    august = a_session(2, starts_at=MORNING - timedelta(days=40))
    facts = [credited("a"), credited("a", august), credited("a", a_session(3, programme="other"))]

    parts = [figures(facts, as_of=date(2021, 8, 31)), figures(facts, since=date(2021, 9, 1))]

    assert sum(part["minutes"] or 0 for part in parts) == figures(facts)["minutes"] == 270
    assert figures(facts)["persons"] == 1 and [part["persons"] for part in parts] == [1, 1]


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
