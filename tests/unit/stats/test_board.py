"""The board and its tiles: what is shown, what is not, and what stands there at the start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.event import Fact
from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.change import change_of
from services.stats.domain.figures import Scope
from services.stats.tiles import all_tiles
from services.stats.usecases.board import board, version
from services.stats.usecases.folding import fold_figures
from services.stats.web import dashboard, fragments
from tests.unit.stats.builders import (
    NOW,
    a_camp,
    a_session,
    along,
    an_evening,
    attended,
    called_off,
    cancelled,
    closed,
    consented,
    credited,
    delivered,
    drawn,
    failed,
    in_line,
    lapsed,
    moved,
    offered,
    overdue,
    pending,
    published,
    records_missing,
    reminded,
    scheduled,
    short_of_crew,
    signed_up,
    stats,
    submitted,
    told,
    visited,
)

SOON = NOW + timedelta(hours=2)


def board_of(facts: Sequence[Fact], **scope: Any) -> Board:
    app = stats()
    if facts:
        fold_figures(app, told(facts))
    return board(app, Scope(**{"as_of": date(2021, 9, 30), **scope}))


def values(facts: Sequence[Fact], tile: str) -> Any:
    return fragments(board_of(facts))[tile]["values"]


def test_every_tile_stands_in_a_place_of_its_own_and_rows_fill_twelve_columns() -> None:
    tiles = all_tiles()
    keys, places = {tile.key for tile in tiles}, {tile.place for tile in tiles}
    assert len(keys) == len(places) == len(tiles)
    for row in (1, 2, 3):
        assert sum(tile.width for tile in tiles if tile.row == row) == 12


@pytest.mark.parametrize("live", [True, False])
def test_a_board_without_any_fact_says_so_everywhere(live: bool) -> None:
    page = dashboard(board_of([]), live=live).get_data(as_text=True)

    assert page.count("尚未上报") >= 5
    assert ("还没有动态" in page) is live
    assert "<script>" not in page and "onclick" not in page


def test_what_the_stream_sends_can_be_json_and_is_what_the_page_shows() -> None:
    shown = fragments(board_of([published(), credited("a"), closed(served=123_456)]))

    assert json.loads(json.dumps(shown))["served"]["values"]["figure"] == 123_456
    assert "12.3" in shown["served"]["html"] and "123,456 人次" in shown["served"]["html"]


def test_months_are_shown_without_gaps_up_to_the_last_that_moved() -> None:
    june = a_session(2, starts_at=a_session().starts_at - timedelta(days=100))

    months = board_of([attended("a", an_evening()), credited("b", june)]).by_month

    assert list(months) == ["2021-06", "2021-07", "2021-08", "2021-09"]
    assert [figures["persons"] for figures in months.values()] == [1, None, None, 1]


def test_confidential_sessions_are_neither_running_nor_in_the_feed() -> None:
    camp = a_camp(starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    facts = [published("growth-camp", "连心", confidential=True), scheduled(camp),
             signed_up("r1", "a", session=camp), closed(a_camp(2))]

    shown = fragments(board_of(facts))

    assert shown["running"]["values"]["sessions"] == []
    assert shown["feed"]["values"]["lines"] == []


def test_a_session_of_a_confidential_programme_is_hidden_even_when_not_marked() -> None:
    open_camp = a_camp(confidential=False, starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    facts = [published("growth-camp", "连心", confidential=True), scheduled(open_camp),
             signed_up("r1", "a", session=open_camp)]

    shown = fragments(board_of(facts))

    assert (shown["running"]["values"]["sessions"], shown["feed"]["values"]["lines"]) == ([], [])


def test_the_feed_tells_how_many_and_where_but_nobody() -> None:
    evening = an_evening(title="青年之夜", starts_at=SOON, ends_at=SOON + timedelta(hours=2))
    lines = values([signed_up("r1", "person-a", "person-b", session=evening),
                    visited(1, "household-x")], "feed")["lines"]

    assert [line["text"] for line in lines] == [
        "hardship-visits 走访慰问 1 户 · 葵涌", "青年之夜 有 2 人报名 · 大鹏 · 14:00",
    ]
    assert "person" not in str(lines) and "household-x" not in str(lines)


def test_the_feed_tells_of_offers_decisions_moves_draws_and_ends() -> None:
    evening = an_evening(title="青年之夜", starts_at=SOON, ends_at=SOON + timedelta(hours=2))
    lines = values([
        pending("r1", "person-a", session=evening), *drawn(evening),
        offered("r2", "person-b", session=evening), moved(evening),
        along("r1", "person-a", session=evening), reminded("r1", "person-a", session=evening),
        lapsed("r2", "person-b", session=evening), consented("c1"), called_off(evening),
        cancelled("r1", "person-a", session=evening, reason="session_cancelled"),
    ], "feed")["lines"]

    where = " · 大鹏 · 14:00"
    assert [line["text"].removesuffix(where) for line in reversed(lines)] == [
        "青年之夜 有 1 人报名，待抽签", "青年之夜 将抽签分配名额，种子摘要已公布",
        "青年之夜 抽签完成：40 份报名，12 份抽中", "青年之夜 有名额空出，为 1 人保留",
        "青年之夜 改期", "青年之夜 有 1 人的报名失效", "青年之夜 已取消",
    ]
    assert not any(line["is_warning"] for line in lines) and "person" not in str(lines)


def test_what_somebody_has_to_do_something_about_is_marked_in_the_feed() -> None:
    shown = fragments(board_of([short_of_crew(), overdue("r1"), signed_up("r2", "a")]))["feed"]

    assert [line["is_warning"] for line in shown["values"]["lines"]] == [False, True, True]
    assert "人手不足：需 5 人，现 3 人" in shown["html"] and shown["html"].count("▲ 需处理") == 2


def test_c_19_records_that_are_overdue_are_marked_in_the_feed() -> None:
    shown = fragments(board_of([records_missing()]))["feed"]

    assert [line["is_warning"] for line in shown["values"]["lines"]] == [True]
    assert "服务记录逾期未补齐" in shown["html"]


def test_nothing_of_a_confidential_session_is_told_whatever_happens_to_it() -> None:
    camp = a_camp(starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    facts = [scheduled(camp), moved(camp), *drawn(camp), pending("r1", "a", session=camp),
             offered("r1", "a", session=camp), lapsed("r1", "a", session=camp),
             short_of_crew(camp), overdue("r1", camp), called_off(camp)]

    assert values(facts, "feed")["lines"] == []


def test_a_session_that_moved_or_was_called_off_runs_when_it_is_now_or_not_at_all() -> None:
    past = a_session(starts_at=SOON - timedelta(days=3), ends_at=SOON - timedelta(days=3))
    now = a_session(starts_at=SOON, ends_at=SOON + timedelta(hours=1))

    [shown] = values([scheduled(past), moved(now, capacity=7)], "running")["sessions"]

    assert (shown["when"], shown["capacity"]) == ("14:00", 7)
    assert values([scheduled(now), called_off(now)], "running")["sessions"] == []


def test_the_places_of_a_full_session_with_a_line() -> None:
    evening = a_session(starts_at=SOON, ends_at=SOON + timedelta(hours=1))
    over = closed(a_session(2, starts_at=SOON, ends_at=SOON + timedelta(hours=1)))
    facts = [scheduled(evening, capacity=2), signed_up("r1", "a", "b", session=evening),
             in_line("r2", "c"), over]

    [shown] = values(facts, "running")["sessions"]

    assert (shown["confirmed"], shown["capacity"], shown["waiting"]) == (2, 2, 1)
    assert shown["full"] and not shown["runs"]
    assert (shown["when"], shown["percent"]) == ("14:00", 100.0)


@pytest.mark.parametrize(("messages", "state"), [
    ([], "quiet"),
    ([submitted("m1"), delivered("m1")], "good"),
    ([submitted("m1"), failed("m1")], "failing"),
    ([failed("m1", "too_late")], "quiet"),
])
def test_sms_health_tells_failures_from_what_came_too_late(messages: list[Fact],
                                                           state: str) -> None:
    assert values(messages, "health")["state"] == state


def test_a_withheld_number_is_called_confidential_not_small() -> None:
    facts = [published("growth-camp", "连心", confidential=True), attended("a", a_camp()),
             closed(a_camp())]

    shown = fragments(board_of(facts))
    assert ">保密<" in shown["programmes"]["html"]
    assert shown["sessions"]["values"]["note"] == "已结束的场次"


def test_c_48_hours_of_one_length_are_flagged_on_the_wall_and_one_minute_more_is_not() -> None:
    even = [published(title="马路天使"), credited("a"), credited("b")]

    flagged = fragments(board_of(even))
    other = fragments(board_of([*even, credited("c", minutes=91)]))

    assert "1 个项目按固定时长计，待复核" in flagged["hours"]["html"]
    assert "按固定时长计 90 分钟" in flagged["programmes"]["html"]
    assert "固定时长" not in other["hours"]["html"] + other["programmes"]["html"]


def test_the_version_moves_with_folds_and_minutes_only() -> None:
    app = stats()
    first = version(app)
    assert version(app) == first

    fold_figures(app, told([credited("a")]))

    assert version(app) != first


@pytest.mark.parametrize(("now", "before", "shown"), [
    (110, 100, "+10.0%"), (95.5, 100, "−4.5%"), (1, 3, "−66.7%"), (5, 0, "—"), (5, None, "—"),
    (None, 5, "—"), (100, 100, "+0.0%"),
])
def test_c_46_a_change_without_a_base_is_a_dash(now: Any, before: Any, shown: str) -> None:
    assert change_of(now, before).shown == shown


@pytest.mark.parametrize(("value", "text"), [
    (3168, "3,168"), (2112.5, "2,112.5"), (9999, "9,999"), (10_000, "1万"), (89_000, "8.9万"),
    (397_636, "39.8万"), (0, "0"), (None, "—"), (123_000_000, "1.2亿"),
])
def test_figures_are_written_the_departments_way(value: Any, text: str) -> None:
    written = words.written(value)
    assert written.text + written.scale == text


def test_the_wall_says_so_when_facts_stopped_coming() -> None:
    app = stats(now=NOW + timedelta(hours=2))
    fold_figures(app, told([signed_up("r1", "a")]))

    shown = fragments(board(app, Scope(as_of=date(2021, 9, 30))))["health"]

    assert shown["values"]["silent"] == "2 小时" and "2 小时没有新的事实" in shown["html"]
    assert values([signed_up("r1", "a")], "health")["silent"] is None


def test_the_map_shades_each_street_by_its_share_and_names_it() -> None:
    south = a_session(2, street="南澳")
    shown = fragments(board_of([*(credited(f"p{n}") for n in range(4)), credited("q", south)]))

    regions = {region["name"]: region["shade"] for region in shown["streets"]["values"]["map"]}
    assert regions["葵涌"] < regions["南澳"] < regions["大鹏"] <= 0.34
    assert all(f">{name}</text>" in shown["streets"]["html"] for name in regions)


@pytest.mark.parametrize(("scope", "other"), [
    ({}, "/?theme=light"), ({"since": date(2021, 1, 1)},
                            "/?theme=light&amp;as_of=2021-09-30&amp;from=2021-01-01"),
])
def test_the_other_theme_shows_the_same_days(scope: dict[str, Any], other: str) -> None:
    page = dashboard(board_of([], **scope), live=not scope).get_data(as_text=True)
    assert f'href="{other}"' in page and 'data-theme="wall"' in page
