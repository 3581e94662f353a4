"""A work list: done with evidence, open again with a reason, overdue, and who changed what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.events.domain import broken
from services.events.usecases.programmes import load_programmes
from services.events.usecases.records import record_work_item
from services.events.usecases.tracking import (
    finish,
    list_work_items,
    one_work_item,
    reopen,
)
from tests.unit.events.builders import PROGRAMMES, Town

DAY = date(2021, 9, 1)
LIST = "party-history"


def item(town: Town, name: str = "细则01", **told: Any) -> str:
    record = {"item": name, "category": "学史明理", "state": "open", "day": DAY, **told}
    return str(record_work_item(town.app, LIST, record)["id"])


def test_an_item_is_done_only_with_evidence(town: Town) -> None:
    item_id = item(town)
    with pytest.raises(broken.EvidenceNeeded):
        finish(town.app, LIST, item_id, evidence=None)
    finish(town.app, LIST, item_id, evidence="会议记录 3 号", by="staff-1")
    shown = one_work_item(town.app, LIST, item_id)
    assert (shown["state"], shown["evidence"], shown["day"]) == ("done", "会议记录 3 号", DAY)
    assert [each.data["state"] for each in town.told("work_item_recorded")] == ["open", "done"]


def test_an_item_that_was_done_opens_again_only_with_a_reason(town: Town) -> None:
    item_id = item(town, state="done", evidence="照片 1")
    with pytest.raises(broken.ReasonNeeded):
        reopen(town.app, LIST, item_id, reason=None)
    reopen(town.app, LIST, item_id, reason="佐证不全", by="staff-2")
    shown = one_work_item(town.app, LIST, item_id)
    last = shown["changes"][-1]
    assert (shown["state"], shown["evidence"]) == ("open", None)
    assert (last.by, last.reason) == ("staff-2", "佐证不全")
    assert (last.before, last.after) == ({"state": "done", "evidence": "照片 1"},
                                         {"state": "open", "evidence": None})


def test_what_is_already_so_is_not_told_again(town: Town) -> None:
    item_id = item(town)
    with pytest.raises(broken.NothingToChange):
        reopen(town.app, LIST, item_id, reason="x")
    finish(town.app, LIST, item_id, evidence="照片")
    with pytest.raises(broken.NothingToChange):
        finish(town.app, LIST, item_id, evidence="照片")
    assert len(town.told("work_item_recorded")) == 2


def test_recording_a_done_item_as_open_needs_a_reason_too(town: Town) -> None:
    item_id = item(town, state="done", evidence="照片 1")
    with pytest.raises(broken.ReasonNeeded):
        item(town)
    item(town, reason="佐证不全")
    shown = one_work_item(town.app, LIST, item_id)
    assert (shown["state"], shown["evidence"]) == ("open", None)
    assert shown["changes"][-1].reason == "佐证不全"


def test_a_new_item_must_have_a_text_of_its_own(town: Town) -> None:
    item(town)
    record = {"item": "细则01", "category": "学史明理", "state": "open", "day": DAY}
    with pytest.raises(broken.AlreadyListed):
        record_work_item(town.app, LIST, record, new=True)


def test_recording_again_keeps_owner_and_evidence_and_notes_what_differs(town: Town) -> None:
    item_id = item(town, owner="团委", due_on=DAY)
    item(town, due_on=DAY + timedelta(days=30), by="staff-1")
    item(town, due_on=DAY + timedelta(days=30))
    shown = one_work_item(town.app, LIST, item_id)
    assert shown["owner"] == "团委"
    assert [each.after for each in shown["changes"]][1:] == [{"due_on": "2021-10-01"}]
    assert shown["changes"][0].before == {} and shown["changes"][1].before == {
        "due_on": "2021-09-01"
    }


def test_an_item_is_overdue_the_day_after_its_last(town: Town) -> None:
    item(town, due_on=DAY)
    assert not list_work_items(town.app, LIST, overdue=True)
    town.clock.advance(timedelta(days=1))
    assert [each["item"] for each in list_work_items(town.app, LIST, overdue=True)] == ["细则01"]
    assert list_work_items(town.app, LIST, overdue=False) == []


def test_the_list_begins_with_what_is_overdue_and_is_filtered(town: Town) -> None:
    item(town, "早", due_on=DAY + timedelta(days=1), owner="妇联", state="done", evidence="照片")
    item(town, "晚", due_on=DAY - timedelta(days=1), owner="团委")
    item(town, "不限", owner="团委")
    everything = [each["item"] for each in list_work_items(town.app, LIST)]
    assert everything == ["晚", "早", "不限"]
    assert [e["item"] for e in list_work_items(town.app, LIST, owner="妇联")] == ["早"]
    assert [e["item"] for e in list_work_items(town.app, LIST, state="open")] == ["晚", "不限"]
    assert [e["item"] for e in list_work_items(town.app, LIST, overdue=True)] == ["晚"]
    assert list_work_items(town.app, LIST, state="done", overdue=True) == []


def test_a_category_must_be_one_of_the_file_when_the_file_has_any(town: Town) -> None:
    named = replace(PROGRAMMES[-1], categories=("学史明理", "学史力行"))
    load_programmes(town.app, [*PROGRAMMES[:-1], named])
    item(town)
    with pytest.raises(broken.UnknownCategory) as refused:
        item(town, "细则02", category="第九类")
    assert refused.value.errors == {"category": ["应为其中之一：学史明理、学史力行"]}


def test_an_item_that_was_kept_before_there_was_a_history_is_still_read(town: Town) -> None:
    town.database["work_items"].insert_one({
        "_id": "old", "programme": LIST, "item": "旧", "category": "c", "state": "open",
        "due_on": None, "day": "2021-03-01",
    })
    finish(town.app, LIST, "old", evidence="照片")
    shown = one_work_item(town.app, LIST, "old")
    assert (shown["state"], shown["owner"], len(shown["changes"])) == ("done", None, 1)


def test_items_belong_to_their_list(town: Town) -> None:
    item_id = item(town)
    with pytest.raises(broken.UnknownWorkItem):
        one_work_item(town.app, LIST, "nothing")
    with pytest.raises(broken.WrongKind):
        finish(town.app, "youth-night", item_id, evidence="照片")
