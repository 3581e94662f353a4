"""Rosters and figures as sheets: who is shown how much of whom (C-30)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.rights import Sight
from services.events.domain.broken import RangeTooLarge
from services.events.domain.person import Guardian, Newcomer
from services.events.schemas.exports import ActivityExportQuery, RosterExportQuery
from services.events.usecases import rosters
from services.events.usecases.organising import cancel_session
from services.events.usecases.scanning import Scan, scan
from services.events.usecases.signing_up import sign_up
from services.events.web import tables
from tests.acting import CLEAR, TRUSTED
from tests.unit.events.builders import NOON, PUBLIC, STAFF, Town


def roster(town: Town, session_id: str, *, sight: Sight = CLEAR,
           full: bool = False) -> list[dict[str, Any]]:
    """The rows by their headings."""
    rows = rosters.roster(town.app, session_id, sight=sight)
    table = tables.roster(rows, full=full)
    heads = [title for title, _ in table.columns]
    return [dict(zip(heads, row, strict=True)) for row in table.rows]


def test_a_roster_has_a_row_for_every_person_and_masks_every_number(town: Town) -> None:
    session_id = town.session(capacity=3)
    made = town.sign_up(session_id, 1, 2)
    town.sign_up(session_id, 3, 4)
    rows = roster(town, session_id)
    assert [row["姓名"] for row in rows] == [f"测试{n:04d}" for n in (1, 2, 3, 4)]
    assert [row["手机号"] for row in rows] == [f"139****{n:04d}" for n in (1, 2, 3, 4)]
    assert [row["人数"] for row in rows] == [2, None, 2, None]
    assert [row["候补位置"] for row in rows] == [None, None, 1, 1]
    assert [row["状态"] for row in rows] == ["已确认", "已确认", "候补", "候补"]
    assert rows[0]["报名号"] == made["registration_id"][:10]


def test_caseworkers_get_numbers_that_no_spreadsheet_bends(town: Town) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    assert roster(town, session_id, full=True)[0]["手机号"] == "139 0000 0001"


def test_without_the_right_to_see_names_they_come_masked(town: Town) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    [row] = roster(town, session_id, sight=Sight(), full=True)
    assert (row["姓名"], row["手机号"]) == ("测***", "139 **** 0001")


def test_nobody_of_a_confidential_session_is_named_to_staff(town: Town) -> None:
    session_id = town.session(programme="growth-camp")
    town.sign_up(session_id, 1)
    [row] = roster(town, session_id)
    assert (row["姓名"], row["手机号"], row["人数"]) == (None, None, 1)
    [row] = roster(town, session_id, sight=TRUSTED.sight)
    assert (row["姓名"], row["手机号"]) == ("测试0001", "139****0001")


def test_a_child_is_not_shown_before_its_guardians_word(town: Town) -> None:
    session_id = town.session()
    child = Newcomer(name="小测", phone="13900000001", birth_date=date(2012, 1, 1),
                     guardian=Guardian(name="大测", phone="13900000001"))
    sign_up(town.app, session_id, [child], caller=PUBLIC)
    [row] = roster(town, session_id, sight=TRUSTED.sight, full=True)
    assert (row["姓名"], row["手机号"], row["状态"]) == ("（待监护人同意）", None, "待监护人同意")


def test_who_ended_stands_last_and_scans_are_shown_as_far_as_known(town: Town) -> None:
    session_id = town.session(starts_at=NOON + timedelta(minutes=10))
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    town.cancel(first["registration_id"])
    scan(town.app, Scan(session_id=session_id, registration_id=second["registration_id"],
                        direction="in", nonce="n"))
    rows = roster(town, session_id)
    assert [row["状态"] for row in rows] == ["已确认", "已取消"]
    assert rows[0]["签到"] is not None and rows[0]["签退"] is None and rows[1]["签到"] is None


def test_an_erased_person_leaves_an_empty_cell(town: Town) -> None:
    session_id = town.session()
    made = town.sign_up(session_id, 1)
    town.app.transactions.run(
        lambda transaction: town.app.store.people.forget(made["party"], within=transaction)
    )
    assert roster(town, session_id)[0]["姓名"] is None


def test_sessions_are_chosen_by_the_shanghai_day_of_their_start(town: Town) -> None:
    early, late = (town.session(starts_at=NOON + timedelta(hours=hours)) for hours in (11.9, 12.1))
    first = rosters.figures(town.app, first_day=date(2021, 9, 1), last_day=date(2021, 9, 1))
    assert [each.session.session_id for each in first] == [early]
    after = rosters.figures(town.app, first_day=date(2021, 9, 2))
    assert [each.session.session_id for each in after] == [late]
    assert rosters.figures(town.app, programme="road-angels") == []


def test_a_session_is_a_row_with_its_figures(town: Town) -> None:
    session_id = town.session(starts_at=NOON + timedelta(minutes=10), capacity=2)
    made = town.sign_up(session_id, 1, 2)
    town.sign_up(session_id, 3)
    scan(town.app, Scan(session_id=session_id, registration_id=made["registration_id"],
                        direction="in", nonce="n"))
    table = tables.sessions(rosters.figures(town.app), town.clock(), confidential=False)
    [row] = [dict(zip([title for title, _ in table.columns], row, strict=True))
             for row in table.rows]
    assert row["活动"] == "海边音乐会" and row["状态"] == "未开始"
    assert [row[name] for name in ("名额", "已占名额", "剩余名额", "候补组数", "已扫码人数")] == [
        2, 2, 0, 1, 2
    ]
    cancel_session(town.app, town.session(), caller=STAFF)
    found = tables.sessions(rosters.figures(town.app), town.clock(), confidential=False)
    assert "已取消" in found.rows[1]


def test_the_sheet_of_sessions_does_not_name_confidential_ones(town: Town) -> None:
    town.session(programme="growth-camp", title="成长营")
    found = rosters.figures(town.app)
    assert "成长营" not in tables.sessions(found, NOON, confidential=False).rows[0]
    assert "成长营" in tables.sessions(found, NOON, confidential=True).rows[0]


def test_nothing_is_left_out_in_silence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "MOST_SESSIONS", 1)
    town.session()
    assert len(rosters.figures(town.app)) == 1
    town.session()
    with pytest.raises(RangeTooLarge):
        rosters.figures(town.app)


def test_queries_are_few_and_days_are_sane() -> None:
    assert RosterExportQuery().load({"full": "1"}) == {"full": True}
    assert set(ActivityExportQuery().load({"programme": "x", "from": "2021-09-01"})) == {
        "programme", "first_day"
    }
    assert ActivityExportQuery().validate({"street": "大鹏"})
    assert ActivityExportQuery().validate({"to": "9999-12-31"})
