"""Requests, and who may decide on them: C-16, C-17, C-18, C-20."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.answers import Once
from kernel.clock import FixedClock
from services.volunteers.domain import broken
from services.volunteers.domain.acting import By
from services.volunteers.domain.correction import Wanted
from services.volunteers.usecases import App, balance_of, correcting, credit_hours, lines_of
from services.volunteers.usecases.application import Asking
from services.volunteers.usecases.watching import watch_duties
from tests.unit.volunteers.builders import at, came, closed, session, told, visit
from tests.unit.volunteers.ledgers import an_app, effective, keys_told
from tests.unit.volunteers.requests import LI, RESIDENT, WANG, an_order, asked, decided, span
from tests.unit.volunteers.schedule import cancelled, scheduled


def app_with_hours() -> App:
    """Ninety minutes of p1 at s1, and s2 where p1 was not scanned."""
    app = an_app()
    credit_hours(app, told(*visit("07:30", "09:00")))
    watch_duties(app, told(scheduled(session("09:30", "11:00", id="s2"))))
    return app


def missing(**changes: Any) -> dict[str, Any]:
    return {"kind": "missing", "session_id": "s2", "evidence": "photo/7", **changes}


def test_c_16_an_approved_correction_is_a_reversal_and_a_new_entry() -> None:
    app = app_with_hours()
    assert decided(app, asked(app))["minutes"] == 60
    [line] = lines_of(app, "p1")
    assert (line.minutes, line.basis, line.actor, line.decision) == (
        60, "organiser", "wang", "已核对"
    )
    assert balance_of(app, "p1").minutes == 60


def test_c_16_before_and_after_stand_with_the_request() -> None:
    app = app_with_hours()
    id = asked(app)
    decided(app, id)
    found = app.store.corrections.one(id)
    assert found.verdict is not None
    assert [one.minutes for one in found.before] == [90]
    assert [one.minutes for one in found.verdict.after] == [60]
    assert (found.state, found.verdict.by.actor, found.made_by.actor) == ("approved", "wang", "")


def test_c_16_the_whole_session_is_corrected_to_what_was_asked() -> None:
    app = app_with_hours()
    decided(app, asked(app, wanted=span("07:45", "08:30")))
    assert [(one.minutes, one.spans[0].start) for one in lines_of(app, "p1")] == [
        (45, at("07:45"))
    ]


@pytest.mark.parametrize("wanted", [Wanted(minutes=60), span("07:30", "08:30")])
def test_less_than_asked_may_be_granted_and_never_more(wanted: Wanted) -> None:
    app = app_with_hours()
    id = asked(app, wanted=wanted)
    with pytest.raises(broken.MoreThanAsked):
        decided(app, id, minutes=61)
    assert decided(app, id, minutes=40)["minutes"] == 40
    assert lines_of(app, "p1")[0].spans[0].end == at("08:10")


def test_c_18_a_refusal_changes_nothing_and_is_told_like_an_approval() -> None:
    app = app_with_hours()
    id = asked(app)
    assert decided(app, id, "refused") == {
        "correction_id": id, "state": "refused", "minutes": 90
    }
    assert balance_of(app, "p1").minutes == 90
    assert keys_told(app)["volunteers.correction_decided.v1"] == 1
    assert keys_told(app)["volunteers.correction_requested.v1"] == 1


def test_what_is_decided_stays_so() -> None:
    app = app_with_hours()
    id = asked(app)
    decided(app, id, "refused")
    with pytest.raises(broken.AlreadyDecided):
        decided(app, id)


@pytest.mark.parametrize(
    ("maker", "checker", "fault"),
    [
        (LI, LI, broken.SelfMade),
        (LI, By(actor="li2", person_ref="p-li"), broken.SelfMade),
        (By(actor="staff"), By(actor="staff"), broken.SelfMade),
        (RESIDENT, By(actor="one", person_ref="p1"), broken.SelfConcerned),
        (LI, By(actor="one", person_ref="p1"), broken.SelfConcerned),
    ],
)
def test_c_17_neither_who_asked_nor_who_gains_decides(
    maker: By, checker: By, fault: type[Exception]
) -> None:
    app = app_with_hours()
    id = asked(app, maker)
    with pytest.raises(fault):
        decided(app, id, by=checker)
    assert app.store.corrections.one(id).state == "pending"
    assert decided(app, id)["state"] == "approved"


def test_c_17_one_shared_token_decides_on_what_a_resident_asked() -> None:
    app = app_with_hours()
    assert decided(app, asked(app), by=By(actor="staff"))["state"] == "approved"


def test_c_18_one_open_request_per_person_and_session() -> None:
    app = app_with_hours()
    id = asked(app)
    with pytest.raises(broken.AlreadyOpen) as refused:
        asked(app)
    assert refused.value.correction_id == id
    decided(app, id, "refused")
    assert asked(app) != id


def test_the_same_key_files_one_request() -> None:
    app = app_with_hours()
    once = Once(key="k", fingerprint="f")
    made = [correcting.ask(app, an_order(app), by=RESIDENT, once=once) for _ in range(2)]
    assert made[0] == made[1]


def test_c_20_a_missing_record_is_a_supplement_with_its_evidence() -> None:
    app = app_with_hours()
    decided(app, asked(app, **missing(wanted=span("09:30", "10:30"))))
    line = lines_of(app, "p1")[-1]
    assert (line.minutes, line.basis, line.evidence) == (60, "supplement", "photo/7")


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        (missing(evidence=""), broken.EvidenceNeeded),
        (missing(wanted=Wanted(minutes=91)), broken.LongerThanSession),
        (missing(wanted=span("09:00", "10:00")), broken.OutsideSession),
        (missing(session_id="never"), broken.UnknownSession),
        (missing(session_id="s1"), broken.AlreadyRecorded),
        ({"entry_id": "never"}, broken.UnknownEntry),
        ({"wanted": Wanted(minutes=91)}, broken.LongerThanSession),
    ],
)
def test_c_20_a_request_that_breaks_a_rule_is_not_taken(
    what: dict[str, Any], fault: type[Exception]
) -> None:
    app = app_with_hours()
    with pytest.raises(fault):
        asked(app, **what)
    assert app.store.corrections.of_person("p1", limit=1) == []


def test_c_20_an_activity_made_for_the_purpose_takes_no_record() -> None:
    app = app_with_hours()
    purpose = replace(session(id="s3"), title="九月服务补录")
    watch_duties(app, told(scheduled(purpose)))
    with pytest.raises(broken.TitleSaysSupplement):
        asked(app, **missing(session_id="s3"))


def test_c_03_nothing_is_asked_of_a_session_to_come_or_cancelled() -> None:
    app = app_with_hours()
    watch_duties(app, told(scheduled(session("14:00", "15:00", id="s3"))))
    with pytest.raises(broken.NotServedYet):
        asked(app, **missing(session_id="s3", wanted=Wanted(minutes=0)))
    watch_duties(app, told(cancelled(session("09:30", "11:00", id="s2")), first=2))
    with pytest.raises(broken.SessionOff):
        asked(app, **missing())


def test_a_corrected_entry_is_gone_and_cannot_be_corrected_again() -> None:
    app = app_with_hours()
    old = lines_of(app, "p1")[0].entry_id
    decided(app, asked(app))
    with pytest.raises(broken.EntryGone):
        asked(app, entry_id=old)


def test_c_04_what_was_entered_later_stays_a_supplement_when_it_is_corrected() -> None:
    app = app_with_hours()
    decided(app, asked(app, **missing()))
    entry_id = lines_of(app, "p1")[-1].entry_id
    decided(app, asked(app, session_id="s2", entry_id=entry_id, wanted=Wanted(minutes=30)))
    assert [(one.minutes, one.basis) for one in lines_of(app, "p1")][-1] == (30, "supplement")


def test_a_resident_asks_only_so_often_and_staff_as_they_need() -> None:
    clock = FixedClock(at("12:00"))
    app = replace(an_app(clock=clock), asking=Asking(per_person=1))
    credit_hours(app, told(*visit("07:30", "09:00")))
    decided(app, asked(app), "refused")
    with pytest.raises(broken.TooManyTries) as refused:
        asked(app)
    assert 0 < refused.value.seconds <= timedelta(days=1).total_seconds()
    assert decided(app, asked(app, LI), "refused")["state"] == "refused"


def test_c_13_scans_told_again_after_a_correction_change_nothing() -> None:
    app = app_with_hours()
    decided(app, asked(app))
    before = effective(app)
    credit_hours(app, told(*visit("07:30", "09:00")))
    assert effective(app) == before


def test_a_correction_of_a_held_entry_settles_it() -> None:
    app = an_app()
    credit_hours(app, told(came(at("07:20")), closed()))
    decided(app, asked(app))
    assert app.store.held.waiting(skip=0, limit=5) == []
    assert WANG.level == "department"


def test_c_29_what_was_written_of_a_person_is_taken_away_and_what_was_decided_stays() -> None:
    app = app_with_hours()
    id, other = asked(app), asked(app, **missing())
    decided(app, id)
    app.transactions.run(lambda within: correcting.forget_texts(app, {"p1"}, within=within))
    found = app.store.corrections.one(id)
    assert found.verdict is not None
    assert (found.reason, found.verdict.reason, found.verdict.minutes) == ("", "", 60)
    with pytest.raises(broken.EvidenceNeeded):
        decided(app, other)
    assert decided(app, other, "refused")["state"] == "refused"


def test_c_16_the_later_of_two_decisions_counts_though_its_clock_is_behind() -> None:
    clock = FixedClock(at("12:00"))
    app = an_app(clock=clock)
    credit_hours(app, told(*visit("07:30", "09:00")))
    decided(app, asked(app))
    clock.advance(timedelta(seconds=-1))
    decided(app, asked(app, wanted=Wanted(minutes=30)))
    assert balance_of(app, "p1").minutes == 30
