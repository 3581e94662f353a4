"""The way from a figure to its sources: it leads to that figure, and only where one may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.stats.domain.counted import BY
from services.stats.domain.figures import NAMES, Scope
from services.stats.schemas.figures import SourcesQuery
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted
from services.stats.usecases.board import board
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.opening import open_figure
from services.stats.web import fragments
from services.stats.web.opening import ways
from tests.unit.stats.builders import (
    MORNING,
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    credited,
    published,
    stats,
    told,
    visited,
    work_item,
)

SCOPE = Scope(as_of=date(2021, 9, 30))


@pytest.fixture
def app() -> Stats:
    app, august = stats(), a_session(2, starts_at=MORNING.replace(month=8), street="南澳")
    fold_figures(app, told([
        published(), published("growth-camp", "连心", confidential=True),
        credited("a"), credited("a", august), credited("b", august), closed(served=12_345),
        closed(august), attended("d", an_evening()), closed(an_evening(), online=800),
        attended("f", a_camp()), closed(a_camp()), visited(1, "h1"),
        work_item("i1", "done", date(2021, 3, 1)),
    ]))
    return app


def followed(address: str) -> tuple[str, Scope]:
    """The figure and the scope that a page at the address asks for."""
    parts = urlsplit(address)
    query = SourcesQuery().load(dict(parse_qsl(parts.query)))
    names = ("as_of", "since", "programme", "wing", "street", "owner")
    return parts.path.removeprefix("/figures/"), Scope(**{name: query[name] for name in names})


@pytest.mark.parametrize("by", BY)
def test_the_way_from_a_part_leads_to_the_figures_of_that_part(app: Stats, by: str) -> None:
    found = counted(app, exact=True)
    way = ways(SCOPE, found.programmes, confidential=True)

    parts = found.parts(SCOPE, by)

    assert parts
    for part, figures in parts.items():
        for name in NAMES:
            asked, scope = followed(way(name, (by, part)))
            assert (asked, found.figures(scope)[name]) == (name, figures[name])


def test_the_way_stays_within_the_days_that_were_asked_for() -> None:
    scope = replace(SCOPE, since=date(2021, 8, 20), as_of=date(2021, 9, 10))

    _, within = followed(ways(scope, {})("hours", ("month", "2021-09"), ("wing", "聚心")))

    assert within == replace(scope, since=date(2021, 9, 1), wing="聚心")


def test_figures_of_the_wall_lead_nowhere_without_the_right(app: Stats) -> None:
    shown = board(app, SCOPE)

    assert not any("/figures/" in tile["html"] for tile in fragments(shown).values())
    opened = fragments(shown, opens=True)
    for tile in ("attendances", "persons", "hours", "served", "sessions", "trend", "streets",
                 "wings", "programmes"):
        assert 'href="/figures/' in opened[tile]["html"], tile
    assert "12,345 人次" in opened["served"]["html"]
    assert "programme=growth-camp" not in opened["programmes"]["html"]


def test_that_confidential_sources_are_left_out_is_said_where_they_are(app: Stats) -> None:
    said = {name: open_figure(app, name, SCOPE, exact=False, limit=10).left_out for name in NAMES}

    assert said["sessions"] and said["persons"] and said["attendances"]
    assert not said["served_reported"] and not said["households"] and not said["minutes"]
