"""Goals of a programme's year: exact progress, alerts told once, faults of the files named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.event import Fact
from kernel import metrics
from kernel.outbox import all_rows
from services.stats.domain.figures import Scope
from services.stats.domain.goal import Goal, Standing
from services.stats.goals import GoalsFault, load
from services.stats.usecases.application import Stats
from services.stats.usecases.board import board
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.gauging import gauge
from services.stats.usecases.goals import standings, tell_reached
from services.stats.web import fragments
from tests.unit.stats.builders import (
    MORNING,
    a_camp,
    a_session,
    attended,
    closed,
    corrected,
    credited,
    published,
    stats,
    told,
)

GOAL = Goal(year=2021, programme="road-angels", figure="attendances", target=4,
            alerts=(50, 80, 100))


def with_goals(*goals: Goal) -> Stats:
    return replace(stats(), goals=goals or (GOAL,))


def hear(app: Stats, *facts: Fact) -> None:
    hours = app.store.progress.now().version
    fold_figures(app, told(facts, at=MORNING + timedelta(hours=hours)))


def told_by(app: Stats) -> list[str]:
    return [row.key for row in all_rows(app.transactions.database)]


def test_each_alert_is_told_once_however_often_and_by_whom_it_is_looked_after() -> None:
    app = with_goals()
    hear(app, credited("a"), credited("b"))

    first, again = tell_reached(app), tell_reached(replace(app))
    hear(app, credited("c"), credited("d"), credited("e"))
    then = tell_reached(app)

    assert [fact.percent for fact in first] == [50] and again == []
    assert [(fact.percent, fact.value) for fact in then] == [(80, 5), (100, 5)]
    assert told_by(app) == ["stats.goal_reached.v1"] * 3


def test_a_goal_that_a_correction_takes_below_again_is_not_told_twice_c16() -> None:
    app = with_goals()
    hear(app, credited("a"), credited("b"))
    tell_reached(app)

    hear(app, corrected("a", -90, reverses="session-1-a"))
    [standing] = standings(app, app.goals)
    hear(app, credited("c"))

    assert (standing.value, standing.reached) == (1, ())
    assert tell_reached(app) == []


def test_only_the_year_counts_and_what_was_never_reported_is_none() -> None:
    last_year = a_session(9, starts_at=MORNING - timedelta(days=300))
    app = with_goals(GOAL, replace(GOAL, figure="redemptions"), replace(GOAL, year=2020))
    hear(app, credited("a"), credited("a", last_year))

    assert [one.value for one in standings(app, app.goals)] == [1, None, 1]
    assert standings(app, app.goals)[2].as_of == date(2020, 12, 31)


def test_a_confidential_goal_tells_no_more_than_the_open_figures() -> None:
    app = with_goals(replace(GOAL, programme="growth-camp"))
    hear(app, published("growth-camp", confidential=True), closed(a_camp()),
         *(attended(f"p{n}", a_camp()) for n in range(4)))

    assert standings(app, app.goals)[0].value is None
    assert tell_reached(app) == []


@pytest.mark.parametrize(("value", "percent", "reached"), [
    (1999, 99.9, (80,)), (2000, 100.0, (80, 100)), (None, None, ()), (0, 0.0, ()),
    (2222, 111.1, (80, 100)),
])
def test_progress_is_never_more_than_there_is(
    value: int | None, percent: float | None, reached: tuple[int, ...]
) -> None:
    goal = replace(GOAL, target=2000, alerts=(80, 100))
    standing = Standing(goal=goal, value=value, as_of=date(2021, 9, 30),
                        reached=goal.reached(value))

    assert (standing.percent, standing.reached) == (percent, reached)


def tile(app: Stats, as_of: date = date(2021, 9, 30)) -> dict[str, Any]:
    shown: dict[str, Any] = fragments(board(app, Scope(as_of=as_of)), opens=True)["goals"]
    return shown


def test_the_wall_shows_how_far_each_goal_of_the_year_has_come() -> None:
    app = with_goals(GOAL, replace(GOAL, figure="redemptions"), replace(GOAL, year=2020))
    hear(app, published(), published("family-forum"), credited("a"), credited("b"), credited("c"))

    shown = tile(app)

    said = [(goal["year"], goal["figure"], goal["percent"]) for goal in shown["values"]["goals"]]
    assert said == [("2021", 3, "75%"), ("2021", None, "—")]
    assert "1 个项目 —（未定）" in shown["html"] and "3</a></span> / 4" in shown["html"]
    assert "from=2021-01-01&amp;as_of=2021-09-30&amp;programme=road-angels" in shown["html"]


def test_of_many_goals_the_wall_shows_those_furthest_away_and_the_page_shows_all() -> None:
    app = with_goals(*(replace(GOAL, programme=f"p{n}", target=n) for n in range(1, 6)))
    hear(app, *(credited("a", a_session(n, programme=f"p{n}")) for n in range(1, 6)))

    shown = tile(app)

    assert [goal["percent"] for goal in shown["values"]["goals"]] == ["20%", "25%"]
    assert "另有 3 个目标" in shown["html"] and len(standings(app, app.goals)) == 5


def test_the_wall_shows_the_last_goals_there_are_and_says_where_there_are_none() -> None:
    app = with_goals(GOAL)
    assert [goal["year"] for goal in tile(app, date(2026, 1, 2))["values"]["goals"]] == ["2021"]
    assert tile(app, date(2020, 12, 31))["values"]["goals"] == []
    assert "还没有定年度目标" in tile(app, date(2020, 12, 31))["html"]


def test_a_goal_that_was_reached_is_heard_back_and_seen_in_the_feed() -> None:
    app = with_goals()
    hear(app, published(title="“马路天使”"), credited("a"), credited("b"),
         published("growth-camp", confidential=True))
    told_facts = tell_reached(app)

    hear(app, *told_facts, replace(told_facts[0], programme="growth-camp", goal="another"))

    shown = fragments(board(app, Scope(as_of=date(2021, 9, 30))))["feed"]["values"]["lines"]
    assert [line["text"] for line in shown] == ["“马路天使” 年度目标已完成 50%"]


def test_the_goals_of_2021_are_read() -> None:
    assert {goal.key: goal.target for goal in load()} == {"2021.party-history.work_items_done": 71}


def test_every_fault_of_the_files_is_named(tmp_path: Path) -> None:
    goal = '[[goal]]\nprogramme="a"\nfigure="persons"\ntarget=1\n'
    (tmp_path / "2021.toml").write_text(f"year=2021\n{goal}{goal}")
    (tmp_path / "2022.toml").write_text('year=2022\n[[goal]]\nprogramme="a"\nfigure="moon"\n')
    (tmp_path / "2023.toml").write_text("year=")

    with pytest.raises(GoalsFault) as fault:
        load(tmp_path)

    for said in ("2021.a.persons: two goals", "2022.toml: goal", "target", "2023.toml"):
        assert said in str(fault.value)


def test_c_50_headline_figures_are_gauges_without_anybodys_name() -> None:
    app = with_goals()
    hear(app, credited("a"), credited("b"), closed(served=40))

    gauge(app)

    def seen(name: str, **labels: str) -> float | None:
        return metrics.REGISTRY.get_sample_value(name, labels)

    assert seen("xiangxin_figure", figure="attendances") == 2
    assert seen("xiangxin_figure", figure="served_reported") == 40
    assert str(seen("xiangxin_figure", figure="redemptions")) == "nan"
    assert seen("xiangxin_goal_percent", goal=GOAL.key) == 50
    assert (seen("xiangxin_figures_told_timestamp_seconds") or 0) > MORNING.timestamp()
