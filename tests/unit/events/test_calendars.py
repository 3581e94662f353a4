"""Calendars: one entry for ever, read by a parser that is not the writer (R-9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import vobject

from kernel.clock import SHANGHAI
from services.events.domain.broken import UnknownPerson
from services.events.usecases import calendars
from services.events.usecases.organising import cancel_session, change_session
from services.events.web.calendar import calendar_of
from tests.unit.events.builders import STAFF, STARTS, Town


def read(raw: bytes) -> Any:
    return vobject.readOne(raw.decode("utf-8"))


def entry(town: Town, made: dict[str, Any]) -> Any:
    found = calendars.of_registration(town.app, made["registration_id"])
    return read(calendar_of(found)).vevent


def move(town: Town, session_id: str, by: timedelta) -> None:
    pool = town.pool(session_id)
    order = {"starts_at": pool.starts_at + by, "ends_at": pool.ends_at + by}
    change_session(town.app, session_id, order, caller=STAFF)


def test_an_entry_says_when_where_and_how_sure() -> None:
    town = Town.in_memory()
    session_id = town.session(title="海边音乐会；雨天照常, 请带伞" * 3, starts_at=STARTS)
    event = entry(town, town.sign_up(session_id, 1))
    pool = town.pool(session_id)
    assert event.dtstart.value == pool.starts_at and event.dtend.value == pool.ends_at
    assert event.dtstart.value.utcoffset() == timedelta(hours=8)
    assert event.summary.value == pool.title
    assert event.location.value == "大鹏 所城广场"
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "0")


def test_the_file_names_its_time_zone_and_folds_its_lines(town: Town) -> None:
    made = town.sign_up(town.session(title="很长的标题" * 16), 1)
    raw = calendar_of(calendars.of_registration(town.app, made["registration_id"]))
    assert b"DTSTART;TZID=Asia/Shanghai:2021" in raw
    assert read(raw).vtimezone.tzid.value == "Asia/Shanghai"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert raw == calendar_of(calendars.of_registration(town.app, made["registration_id"]))


def test_a_move_keeps_the_uid_and_raises_the_sequence(town: Town) -> None:
    session_id = town.session()
    made = town.sign_up(session_id, 1)
    before = entry(town, made)
    town.clock.advance(timedelta(hours=1))
    move(town, session_id, timedelta(days=1))
    after = entry(town, made)
    assert after.uid.value == before.uid.value == f"{made['registration_id']}@xiangxin"
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    assert after.dtstart.value - before.dtstart.value == timedelta(days=1)
    assert after.last_modified.value > before.last_modified.value
    assert after.status.value == "CONFIRMED"


def test_the_end_keeps_the_uid_and_raises_the_sequence_once_more(town: Town) -> None:
    session_id = town.session()
    made, other = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    move(town, session_id, timedelta(days=1))
    town.cancel(made["registration_id"])
    after = entry(town, made)
    assert (after.status.value, after.sequence.value) == ("CANCELLED", "2")
    cancel_session(town.app, session_id, caller=STAFF)
    assert entry(town, other).status.value == "CANCELLED"
    assert entry(town, other).uid.value == f"{other['registration_id']}@xiangxin"


@pytest.mark.parametrize("order", [{"mode": "approval"}, {"capacity": 1}])
def test_what_is_still_waited_for_is_tentative(town: Town, order: dict[str, Any]) -> None:
    session_id = town.session(**order)
    town.sign_up(session_id, 1)
    event = entry(town, town.sign_up(session_id, 2))
    assert (event.status.value, event.transp.value) == ("TENTATIVE", "TRANSPARENT")


def test_a_confidential_activity_is_only_an_appointment(town: Town) -> None:
    made = town.sign_up(town.session(programme="growth-camp", title="成长营"), 1)
    raw = calendar_of(calendars.of_registration(town.app, made["registration_id"]))
    event = read(raw).vevent
    assert event.summary.value == "预约" and "location" not in event.contents
    assert "成长营" not in raw.decode() and "所城" not in raw.decode()


def test_a_person_has_what_is_coming_and_what_ended_lately(town: Town) -> None:
    kept, gone, others = (town.session(starts_at=town.clock() + timedelta(days=n))
                          for n in (1, 2, 3))
    made = [town.sign_up(each, 1) for each in (kept, gone)]
    town.sign_up(others, 2)
    town.cancel(made[1]["registration_id"])
    [ref] = made[0]["party"]
    calendar = read(calendar_of(calendars.of_person(town.app, ref), name="向心报名"))
    found = {event.uid.value: event.status.value for event in calendar.vevent_list}
    assert found == {f"{made[0]['registration_id']}@xiangxin": "CONFIRMED",
                     f"{made[1]['registration_id']}@xiangxin": "CANCELLED"}
    town.clock.advance(timedelta(days=100))
    assert [each.uid for each in calendars.of_person(town.app, ref)] == [
        f"{made[0]['registration_id']}@xiangxin"
    ]


def test_a_calendar_of_nobody_is_refused_and_one_of_nothing_is_a_calendar(town: Town) -> None:
    with pytest.raises(UnknownPerson):
        calendars.of_person(town.app, "nobody")
    assert read(calendar_of([], name="空")).x_wr_calname.value == "空"


def test_local_time_is_shanghais(town: Town) -> None:
    session_id = town.session(starts_at=STARTS)
    event = entry(town, town.sign_up(session_id, 1))
    local = town.pool(session_id).starts_at.astimezone(SHANGHAI)
    assert event.dtstart.value.replace(tzinfo=None) == local.replace(tzinfo=None)
