"""What organisers confirm and what their organisations approve: C-05, C-09, C-17."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.clock import FixedClock
from services.volunteers.domain import broken
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.correction import Wanted
from services.volunteers.usecases import App, balance_of, confirming, credit_hours, lines_of
from services.volunteers.usecases import waiting as lists
from tests.unit.volunteers.builders import at, came, closed, left, session, told
from tests.unit.volunteers.ledgers import an_app, keys_told
from tests.unit.volunteers.requests import LI, WANG, span
from tests.unit.volunteers.schedule import moved
from tests.unit.volunteers.test_ruling import long_day

DAY = date(2026, 9, 1)


def held_app(*scans: Any) -> tuple[App, str]:
    """Somebody who came and was not scanned out, and the entry that is held."""
    app = an_app()
    credit_hours(app, told(*(scans or (came(at("07:40")), closed()))))
    [waits] = lists.held(app).items
    return app, waits.entry_id


def confirm(app: App, entry_id: str, word: Wanted, by: Acting = LI) -> Any:
    return confirming.confirm(app, entry_id, word, evidence="list/3", reason="签到表", by=by)


def approve(app: App, by: Acting, who: str = "p1", **changes: Any) -> Any:
    order: dict[str, Any] = {"approved": True, "level": None, "reason": "防汛值守", **changes}
    return confirming.approve_day(app, who, DAY, by=by, **order)


@pytest.mark.parametrize(
    ("word", "served"),
    [
        (span("07:45", "08:45"), ("07:45", "08:45")),
        (Wanted(minutes=60), ("07:40", "08:40")),
        (Wanted(minutes=90), ("07:30", "09:00")),
    ],
)
def test_c_05_the_organisers_word_is_entered_at_once(
    word: Wanted, served: tuple[str, str]
) -> None:
    app, entry_id = held_app()
    assert balance_of(app, "p1").minutes == 0
    answer = confirm(app, entry_id, word)
    [line] = lines_of(app, "p1")
    assert (line.spans[0].start, line.spans[0].end) == (at(served[0]), at(served[1]))
    assert (line.basis, line.actor, line.evidence) == ("organiser", "li", "list/3")
    assert answer["minutes"] == line.minutes
    assert lists.held(app).items == []
    assert keys_told(app)["volunteers.hours_credited.v1"] == 1


def test_c_06_a_check_out_alone_counts_backwards_from_it() -> None:
    app, entry_id = held_app(left(at("08:50")), closed())
    confirm(app, entry_id, Wanted(minutes=30))
    assert lines_of(app, "p1")[0].spans[0].start == at("08:20")


def test_c_05_another_stay_of_the_session_goes_on_counting() -> None:
    where = session("10:00", "11:30")
    scans = [came(at("10:00"), where), left(at("10:30"), where), came(at("10:40"), where)]
    app, entry_id = held_app(*scans, closed(where=where))
    assert confirm(app, entry_id, span("10:40", "11:10"))["minutes"] == 60


def test_c_05_nobody_confirms_more_than_the_session_lasted() -> None:
    app, entry_id = held_app()
    with pytest.raises(broken.LongerThanSession):
        confirm(app, entry_id, Wanted(minutes=91))
    assert lists.held(app).items[0].entry_id == entry_id


def test_c_05_what_was_confirmed_is_not_confirmed_again() -> None:
    app, entry_id = held_app()
    confirm(app, entry_id, Wanted(minutes=60))
    with pytest.raises(broken.AlreadyDecided):
        confirm(app, entry_id, Wanted(minutes=30))
    with pytest.raises(broken.UnknownHeld):
        confirm(app, "never", Wanted(minutes=30))


def test_c_17_nobody_confirms_their_own_stay() -> None:
    app, entry_id = held_app()
    with pytest.raises(broken.SelfConcerned):
        confirm(app, entry_id, Wanted(minutes=60), Acting(actor="one", person_ref="p1"))
    joined = replace(app, references=lambda ref: (ref, "p-new"))
    with pytest.raises(broken.SelfConcerned):
        confirm(joined, entry_id, Wanted(minutes=60), Acting(actor="one", person_ref="p-new"))


def test_c_05_a_check_out_told_late_settles_it_without_anybody() -> None:
    app, _ = held_app()
    credit_hours(app, told(left(at("08:40")), first=3))
    assert lists.held(app).items == []
    assert balance_of(app, "p1").minutes == 60


def test_c_15_a_held_stay_is_shown_at_its_session_as_it_is_now() -> None:
    app, entry_id = held_app()
    later = session("07:30", "09:30")
    credit_hours(app, told(moved(later)))
    assert [each.session for each in lists.held(app).items] == [later]
    assert lists.one_held(app, entry_id).session == later
    assert confirm(app, entry_id, Wanted(minutes=110))["minutes"] == 110


def day_app() -> App:
    app = an_app()
    credit_hours(app, long_day())
    return app


@pytest.mark.parametrize(
    ("by", "level", "minutes"),
    [(LI, None, 720), (LI, "parent", 720), (WANG, None, 840), (WANG, "parent", 720)],
)
def test_c_09_a_level_lets_its_band_of_the_day_count(by: Acting, level: Any, minutes: int) -> None:
    app = day_app()
    assert approve(app, by, level=level)["minutes"] == minutes
    assert balance_of(app, "p1").minutes == minutes


@pytest.mark.parametrize(("by", "level"), [(LI, "department"), (Acting(actor="staff"), None)])
def test_c_09_nobody_approves_above_their_level(by: Acting, level: Any) -> None:
    app = day_app()
    with pytest.raises(broken.LevelNeeded):
        approve(app, by, level=level)
    assert balance_of(app, "p1").minutes == 480


def test_c_09_what_the_department_approved_only_it_takes_back() -> None:
    app = day_app()
    approve(app, WANG)
    with pytest.raises(broken.LevelNeeded):
        approve(app, LI, approved=False)
    assert approve(app, WANG, approved=False)["minutes"] == 480


def test_c_09_a_day_on_which_nothing_waits_needs_no_approval() -> None:
    app = day_app()
    approve(app, WANG)
    for is_approved in (True, False):
        with pytest.raises(broken.NothingWaits):
            approve(app, WANG, who="p2", approved=is_approved)


def test_c_17_nobody_approves_their_own_day() -> None:
    with pytest.raises(broken.SelfConcerned):
        approve(day_app(), Acting(actor="one", person_ref="p1", roles=frozenset({"department"})))
    joined = replace(day_app(), references=lambda ref: (ref, "p-new"))
    with pytest.raises(broken.SelfConcerned):
        approve(joined, replace(WANG, person_ref="p-new"))


def test_c_09_minutes_above_the_limit_are_approved_by_day_not_confirmed() -> None:
    app = day_app()
    waits = lists.held(app, level="parent").items
    assert sum(each.withheld for each in waits) == 240
    with pytest.raises(broken.ApprovalNeeded):
        confirm(app, waits[0].entry_id, Wanted(minutes=60))


def test_what_waits_is_listed_by_level_and_by_reason_longest_first() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    credit_hours(app, long_day())
    clock.advance(timedelta(hours=9))
    where = session("20:10", "20:50", id="s9")
    credit_hours(app, told(came(at("20:10"), where), closed(where=where)))
    levels = [each.level for each in lists.held(app).items]
    assert sorted(map(str, levels[:3])) == ["department", "parent", "parent"]
    assert levels[3:] == [None]
    [department] = lists.held(app, level="department").items
    assert (department.withheld, department.day) == (120, "2026-09-01")
    [missing] = lists.held(app, reasons=["missing_check_out"]).items
    assert missing.session.session_id == "s9"
