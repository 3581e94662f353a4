"""Earlier records come in as a sheet: all of them or none, and each once for ever (C-04, C-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.transaction import Transactions
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import (
    AlreadyDecided,
    SelfConcerned,
    SelfMade,
    UnknownImport,
)
from services.volunteers.usecases import App, balance_of, credit_hours, lines_of
from services.volunteers.usecases.imports.bringing import BATCH, progress
from services.volunteers.usecases.imports.entering import enter_some, finish
from services.volunteers.usecases.verifying import verify
from services.volunteers.usecases.watching import watch_duties
from tests.unit.volunteers.builders import at, session, told, visit
from tests.unit.volunteers.importing import approved, brought, cells, days, faults, offered
from tests.unit.volunteers.ledgers import a_ruling, an_app, decide, keys_told
from tests.unit.volunteers.requests import LI, WANG
from tests.unit.volunteers.schedule import cancelled, scheduled

_MINUTES = timedelta(minutes=5)


class Died(BaseException):
    """The process was killed."""


class Stopping(Transactions):
    """Enters so many batches; then the process is killed."""

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
    assert (line.actor, line.decision) == ("wang", "签到表（记录单位：团区委）")
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
    assert lines_of(app, "p3") == [] and app.store.imports.latest(limit=9) == []


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
    """The import's number; it was approved, one batch is in, then the process died."""
    import_id = offered(app, *rows)["import_id"]
    approved(app, import_id)
    stopped = Stopping(app.transactions.database, after=1)
    with pytest.raises(Died):
        finish(replace(app, transactions=stopped))
    return str(import_id)


def test_c_13_an_import_that_was_interrupted_is_finished_without_doubling() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    rows = [row for who in range(5) for row in days(BATCH // 4, f"p{who}")]
    _interrupted(app, rows)
    assert 0 < sum(balance_of(app, f"p{who}").minutes for who in range(5)) < len(rows) * 90
    assert finish(app) == [], "somebody may be at it"
    clock.advance(_MINUTES)
    assert len(finish(app)) == 1 and finish(app) == []
    assert sum(balance_of(app, f"p{who}").minutes for who in range(5)) == len(rows) * 90
    assert numbers(brought(app, *rows)) == (0, len(rows), 0, 0)
    assert not verify(app).faults


def test_c_13_the_same_file_while_it_waits_or_is_entered_is_the_same_import() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    rows = [row for who in range(5) for row in days(BATCH // 4, f"p{who}")]
    first = offered(app, *rows)
    assert offered(app, *rows, by=WANG) == first, "who brought it in stays the one who did"
    with pytest.raises(SelfMade):
        approved(app, first["import_id"], by=LI)
    import_id = _interrupted(app, rows)
    assert offered(app, *rows)["state"] == "approved"
    clock.advance(_MINUTES)
    finish(app)
    plan, _ = progress(app, import_id)
    assert (plan.state, plan.entered_minutes, plan.left) == ("done", len(rows) * 90, 0)
    assert sum(balance_of(app, f"p{who}").minutes for who in range(5)) == len(rows) * 90


def test_c_13_a_row_that_somebody_recorded_meanwhile_is_left_and_named() -> None:
    app = an_app()
    import_id = offered(app, cells(), cells(人员代号="p2"))["import_id"]
    where = progress(app, import_id)[1][1].record.session
    decide(app, a_ruling(where, who="p2", minutes=30))
    approved(app, import_id)
    finish(app)
    plan, rows = progress(app, import_id)
    assert [(each.record.line, each.verdict) for each in rows] == [(2, "entered"), (3, "left")]
    assert "申请更正" in rows[1].reason and (plan.left, plan.entered_minutes) == (1, 90)
    assert balance_of(app, "p2").minutes == 30 and not enter_some(app, import_id)


def test_c_17_nothing_counts_before_another_member_approved_it() -> None:
    app = an_app()
    import_id = offered(app, cells(), cells(人员代号="p-wang"))["import_id"]
    assert finish(app) == [] and balance_of(app, "p1").minutes == 0
    for by, refusal in ((LI, SelfMade), (replace(LI, actor="li-2"), SelfMade),
                        (WANG, SelfConcerned)):
        with pytest.raises(refusal):
            approved(app, import_id, by=by)
    chen = Acting(actor="chen", person_ref="p-chen")
    assert approved(app, import_id, by=chen)["state"] == "approved"
    with pytest.raises(AlreadyDecided):
        approved(app, import_id, approved=False, by=chen)
    finish(app)
    assert balance_of(app, "p1").minutes == 90


def test_c_17_who_is_concerned_under_another_reference_does_not_approve() -> None:
    app = replace(an_app(), references=lambda ref: (ref, "p1") if ref == "p-wang" else (ref,))
    import_id = offered(app, cells())["import_id"]
    with pytest.raises(SelfConcerned):
        approved(app, import_id)


def test_what_was_refused_may_be_handed_in_again() -> None:
    app = an_app()
    import_id = offered(app, cells())["import_id"]
    assert approved(app, import_id, approved=False)["state"] == "refused"
    assert finish(app) == [] and balance_of(app, "p1").minutes == 0
    assert brought(app, cells())["import_id"] == import_id
    assert balance_of(app, "p1").minutes == 90
    with pytest.raises(UnknownImport):
        progress(app, "never heard of")


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
