"""Earlier records come in as a sheet: all of them or none, and each once for ever (C-04, C-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.transaction import Transactions
from services.volunteers.usecases import App, balance_of, credit_hours, lines_of
from services.volunteers.usecases.imports.entering import BATCH, enter_some, finish
from services.volunteers.usecases.verifying import verify
from services.volunteers.usecases.watching import watch_duties
from tests.unit.volunteers.builders import at, session, told, visit
from tests.unit.volunteers.importing import brought, cells, days, faults
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, keys_told
from tests.unit.volunteers.schedule import cancelled, scheduled

_MINUTES = timedelta(minutes=5)


class Died(BaseException):
    """The process was killed."""


class Stopping(Transactions):
    """Weighs, accepts and enters one batch; then the process is killed."""

    def __init__(self, database: Any, *, after: int) -> None:
        super().__init__(database, source="/volunteers", clock=FixedClock(at("12:00")))
        self.left = after

    def run(self, *args: Any, **kwargs: Any) -> Any:
        if not self.left:
            raise Died
        self.left -= 1
        return super().run(*args, **kwargs)


def numbers(answer: Any) -> tuple[int, int, int, int]:
    return answer["new"], answer["there"], answer["differs"], answer["minutes"]


def test_c_04_a_row_is_an_entry_with_basis_import_and_the_line_of_its_file_as_evidence() -> None:
    app = an_app()
    answer = brought(app, cells(), cells(人员代号="p2"))
    assert numbers(answer) == (2, 0, 0, 180)
    [line] = lines_of(app, "p2")
    assert (line.minutes, line.basis, line.evidence) == (
        90, "import", f"import/{answer['import_id']}/3")
    assert (line.actor, line.decision) == ("li", "签到表（记录单位：团区委）")
    assert not verify(app).faults


def test_c_16_the_same_file_twice_changes_nothing_and_another_file_adds_its_new_rows() -> None:
    app = an_app()
    brought(app, cells(), *days(3, "p2"))
    told_once = keys_told(app)
    assert numbers(brought(app, cells(), *days(3, "p2"))) == (0, 4, 0, 0)
    assert keys_told(app) == told_once
    assert numbers(brought(app, *days(5, "p2"))) == (2, 3, 0, 180)
    assert balance_of(app, "p2").minutes == 450


def test_c_16_a_corrected_row_stays_corrected_when_the_file_comes_again() -> None:
    app = an_app()
    brought(app, cells())
    where = lines_of(app, "p1")[0].session
    decide(app, a_ruling(where, id="later", minutes=30, decided=at("12:30")))
    assert numbers(brought(app, cells())) == (0, 1, 0, 0)
    assert balance_of(app, "p1").minutes == 30


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"名称": "马路天使补录"}, "补录"),
        ({"时长（分钟）": "91"}, "超过了本场次可计的 90 分钟"),
        ({"日期": "2027-01-01"}, "还没有结束"),
        ({"人员代号": "p-li"}, "须由其他人审核"),
        ({"场次编号": "s9", "时长（分钟）": "80"}, "时间与本行不同"),
        ({"场次编号": "course", "日期": "2026-09-01"}, "只有志愿服务场次"),
        ({"场次编号": "off", "日期": "2026-09-01"}, "已取消"),
    ],
    ids=["c-20-title", "c-20-length", "c-03-future", "c-17-own", "other-time", "c-12-kind",
         "c-03-cancelled"],
)
def test_one_bad_row_is_named_and_nothing_of_the_sheet_is_entered(
    changes: dict[str, str], words: str
) -> None:
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00", id="s9", who="p9")))
    decide(app, a_ruling(session(id="course"), who="p9", minutes=0))
    _as_a_course(app)
    watch_duties(app, told(scheduled(session(id="off")), cancelled(session(id="off"))))
    found = faults(app, cells(人员代号="p3"), cells(**changes), own=frozenset({"p-li"}))
    assert list(found) == ["row.3"] and words in found["row.3"][0]
    assert lines_of(app, "p3") == [] and app.store.imports.unfinished(before=at("23:00")) == []


def _as_a_course(app: App) -> None:
    """No door makes such a session in this service's database; an older version may have."""
    app.transactions.database["sessions"].update_one(
        {"_id": "course"}, {"$set": {"session.kind": "course"}})


def test_a_session_by_its_number_alone_must_be_known() -> None:
    app = an_app()
    watch_duties(app, told(scheduled(session(id="s1"))))
    bare = dict.fromkeys(("项目", "名称", "街道", "日期", "开始", "结束"), "")
    assert faults(app, cells(场次编号="no", **bare)) == {"row.2": ["没有这个场次，请核对场次编号"]}
    brought(app, cells(场次编号="s1", **bare))
    assert lines_of(app, "p1")[0].session == session(id="s1")


def test_c_07_the_rehearsal_says_what_is_new_there_and_overlapping_and_enters_nothing() -> None:
    app = an_app()
    credit_hours(app, told(*visit("08:00", "10:00", id="s9", who="p1", day="2021-06-01")))
    brought(app, cells(人员代号="p2"))
    before = keys_told(app)
    wrong = cells(人员代号="p3", 名称="补录")
    answer = brought(app, cells(), cells(人员代号="p2"), wrong, dry=True)
    assert numbers(answer)[:3] == (1, 1, 0)
    assert answer["records"][0]["overlap"] == 60
    assert list(answer["faults"]) == ["row.4"]
    assert keys_told(app) == before and balance_of(app, "p1").minutes == 120
    brought(app, cells())
    assert balance_of(app, "p1").minutes == 150, "07:30 to 10:00, each minute once"


def test_c_07_rows_that_overlap_one_another_count_once() -> None:
    app = an_app()
    later = cells(名称="净滩", 开始="08:30", 结束="10:00")
    answer = brought(app, cells(), later)
    assert [each["overlap"] for each in answer["records"]] == [0, 30]
    assert answer["minutes"] == balance_of(app, "p1").minutes == 150


def test_c_09_what_a_day_has_above_its_limit_waits_for_approval() -> None:
    app = an_app()
    answer = brought(app, cells(开始="06:00", 结束="16:00", **{"时长（分钟）": "600"}))
    assert (answer["records"][0]["counts"], answer["records"][0]["withheld"]) == (480, 120)
    assert [each.level for each in app.store.held.waiting(skip=0, limit=5)] == ["parent"]


def test_c_16_what_is_recorded_otherwise_is_refused_and_led_to_a_correction() -> None:
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00", id="s9", who="p1", day="2021-06-01")))
    assert numbers(brought(app, cells(场次编号="s9"))) == (0, 1, 0, 0)
    found = faults(app, cells(场次编号="s9", **{"时长（分钟）": "60"}))
    assert list(found) == ["row.2.时长"] and "申请更正" in found["row.2.时长"][0]


def test_a_person_twice_at_a_session_is_a_slip() -> None:
    assert "第 2 行" in faults(an_app(), cells(), cells())["row.3"][0]


def _interrupted(app: App, rows: list[dict[str, str]]) -> str:
    """The import's number; it was accepted, one batch is in, then the process died."""
    stopped = Stopping(app.transactions.database, after=3)
    with pytest.raises(Died):
        brought(replace(app, transactions=stopped), *rows)
    [import_id] = app.store.imports.unfinished(before=at("23:59"))
    return import_id


def test_c_13_an_import_that_was_interrupted_is_finished_without_doubling() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    rows = [row for who in range(5) for row in days(BATCH // 4, f"p{who}")]
    _interrupted(app, rows)
    assert 0 < sum(balance_of(app, f"p{who}").minutes for who in range(5)) < len(rows) * 90
    assert finish(app) == [], "whoever accepted it may be at it"
    clock.advance(_MINUTES)
    assert len(finish(app)) == 1 and finish(app) == []
    assert sum(balance_of(app, f"p{who}").minutes for who in range(5)) == len(rows) * 90
    assert numbers(brought(app, *rows)) == (0, len(rows), 0, 0)
    assert not verify(app).faults


def test_c_13_the_same_file_again_goes_on_where_it_stopped() -> None:
    app = an_app()
    rows = [row for who in range(5) for row in days(BATCH // 4, f"p{who}")]
    _interrupted(app, rows)
    brought(app, *rows)
    assert sum(balance_of(app, f"p{who}").minutes for who in range(5)) == len(rows) * 90
    assert not enter_some(app, "never heard of")


def test_c_13_a_row_that_somebody_recorded_meanwhile_is_left_and_named() -> None:
    app = an_app()
    rows = [*days(BATCH, "p1"), cells(人员代号="p2")]
    import_id = _interrupted(app, rows)
    accepted = app.store.imports.one(import_id)
    assert accepted
    decide(app, a_ruling(accepted.records[-1].session, who="p2", minutes=30))
    while enter_some(app, import_id):
        pass
    plan = app.store.imports.one(import_id)
    assert plan and plan.records == () and list(plan.left) == [str(BATCH + 2)]
    assert balance_of(app, "p2").minutes == 30


def test_volunteers_are_found_by_their_number() -> None:
    app = an_app()
    brought(app, cells(人员代号="", 志愿者编号="V-7"))
    assert balance_of(app, "p7").minutes == 90


def test_c_19_a_session_that_only_the_sheet_knows_calls_nobody_to_complete_it() -> None:
    app = an_app()
    brought(app, cells())
    assert app.store.duties.number(ended_before=at("12:00")) == 0
    [duty] = app.store.duties.ended(since=at("00:00", "2021-06-01"), before=at("12:00"), limit=5)
    assert duty.session.ref == lines_of(app, "p1")[0].session
