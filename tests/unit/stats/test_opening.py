"""A figure opened: its sources add up to it, page by page, and nobody is named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.stats.domain.figures import NAMES, Scope
from services.stats.domain.source import OPENINGS, Source
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.opening import open_figure
from tests.unit.stats.builders import (
    MORNING,
    NOW,
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    corrected,
    credited,
    held,
    moved,
    published,
    redeemed,
    stats,
    told,
    visited,
    work_item,
)

END = date(2021, 9, 30)
SCOPE = Scope(as_of=END)
DISTINCT = ("persons", "households", "windows", "categories")


@pytest.fixture
def app() -> Stats:
    app, august = stats(), a_session(2, starts_at=MORNING - timedelta(days=40), street="南澳")
    fold_figures(app, told([
        published(), published("family-forum", "连心", counts_households=True),
        published("growth-camp", "连心", confidential=True),
        attended("a"), credited("a"), held("b"), credited("a", august), credited("c", august),
        corrected("c", -90, reverses="session-2-c", session=august), closed(served=40),
        closed(august, served=0), attended("d", an_evening(), household="h1"),
        attended("e", an_evening(), household="h1"), closed(an_evening(), online=800),
        attended("f", a_camp()), closed(a_camp()), visited(1, "h1"), visited(2, "h2"),
        redeemed(1, "w1"), redeemed(2, "w1"), work_item("i1", "open", date(2021, 3, 1)),
        work_item("i1", "done", date(2021, 9, 1)), work_item("i2", "open", END, "第2类"),
    ]))
    return app


def opened(app: Stats, name: str, *, limit: int = 1000, exact: bool = True) -> list[Source]:
    """All pages, one after the other."""
    found, after = list[Source](), None
    while True:
        page = open_figure(app, name, SCOPE, exact=exact, after=after, limit=limit)
        found += page.items
        after = page.next
        if after is None:
            return found


def test_every_figure_can_be_opened() -> None:
    assert set(OPENINGS) == set(NAMES)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in (*DISTINCT, "hours")])
def test_the_sources_of_a_sum_add_up_to_it(app: Stats, name: str) -> None:
    figure = figures_of(app, SCOPE, exact=True)[name]

    assert figure and sum(source.amount for source in opened(app, name)) == figure


@pytest.mark.parametrize("name", DISTINCT)
def test_c_45_the_sources_of_a_distinct_count_name_as_many(app: Stats, name: str) -> None:
    figure = figures_of(app, SCOPE, exact=True)[name]

    assert figure and len({source.who for source in opened(app, name)}) == figure


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_show_every_source_once(app: Stats, limit: int) -> None:
    assert opened(app, "attendances", limit=limit) == opened(app, "attendances")


def test_pages_lose_nothing_where_confidential_sessions_stand_beside_open_ones(app: Stats) -> None:
    beside = a_camp(2, confidential=False)
    fold_figures(app, told([attended("g", beside), closed(beside)], at=NOW + timedelta(hours=1)))

    one_by_one = opened(app, "sessions", limit=1)

    assert one_by_one == opened(app, "sessions")
    assert {"camp-1", "camp-2"} <= {source.key for source in one_by_one}


def test_a_source_tells_the_facts_behind_it(app: Stats) -> None:
    [source] = [one for one in opened(app, "minutes") if one.day == "2021-09-30"]
    [served] = opened(app, "served_reported")

    assert source.facts == ("events.attendance_recorded.v1 attendance/session-1.a #1",)
    assert source.entries == {"session-1-a": 90}
    assert (served.method, served.reported_by, served.amount) == ("计数", "staff-1", 40)


def test_minutes_of_somebody_who_does_not_count_are_found_as_well(app: Stats) -> None:
    fold_figures(app, told([attended("x", an_evening(), state="absent"),
                            credited("x", an_evening(), minutes=30)], at=NOW + timedelta(hours=1)))

    found = opened(app, "minutes")

    assert sum(one.amount for one in found) == figures_of(app, SCOPE, exact=True)["minutes"]
    assert "evening-1|x" in {one.key for one in found}


def test_confidential_sources_are_left_out_without_the_right(app: Stats) -> None:
    page = open_figure(app, "persons", SCOPE, exact=False, limit=100)

    assert "growth-camp" not in {source.programme for source in page.items}
    assert page.left_out
    assert "growth-camp" in {source.programme for source in opened(app, "persons")}


def test_a_session_that_moved_is_found_where_it_is_now(app: Stats) -> None:
    now = a_session(starts_at=MORNING - timedelta(days=3), street="葵涌")
    fold_figures(app, told([moved(now)] * 3, at=NOW + timedelta(hours=1)))

    [source] = [one for one in opened(app, "sessions") if one.key == now.session_id]

    assert (source.day, source.street) == ("2021-09-27", "葵涌")
