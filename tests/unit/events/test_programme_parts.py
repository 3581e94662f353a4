"""What programme files say about their kind, and what a wrong window, station or post is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.events import programmes
from services.events.domain.programme import Programme
from services.events.programmes import ProgrammeFault, load
from services.events.usecases.programmes import list_programmes, load_programmes, one_programme
from tests.unit.events.builders import Town

OWN_FILES = Path(programmes.__file__).with_name("programmes")
HEAD = 'title = "测试"\nwing = "安心"\nowner = "工"\nkind = "{}"\n'
WINDOW = '[[windows]]\nkey = "w1"\ntitle = "一号"\nstreet = "大鹏"\n'
STATION = """[[stations]]
key = "s1"
title = "总院"
level = "总院"
street = "大鹏"
address = "三楼"
slot_minutes = 50
weekly = [{ day = "周一", from = "09:00", to = "12:00" }]
"""
POST = '[[posts]]\nkey = "p1"\ntitle = "引导"\n'


def told(folder: Path, kind: str, text: str) -> list[str]:
    """What the loader says of a file of this kind, without the file's name."""
    (folder / "test.toml").write_text(HEAD.format(kind) + text, "utf-8")
    with pytest.raises(ProgrammeFault) as caught:
        load(folder)
    return [str(fault).removeprefix("test.toml: ") for fault in caught.value.faults]


def test_every_programme_of_the_department_has_what_its_kind_needs() -> None:
    held = load(OWN_FILES).values()
    needs = {"benefit": "windows", "worklist": "categories", "appointment": "stations",
             "shift": "posts", "course": "platform"}
    assert [each.key for each in held if each.kind in needs and not vars(each)[needs[each.kind]]] \
        == []
    assert {s.level for s in load(OWN_FILES)["calm-station"].stations} == {
        "总院", "分院", "驿站", "服务点"
    }
    assert len(load(OWN_FILES)["warm-bee"].windows) == 3
    assert len(load(OWN_FILES)["party-history"].categories) == 4


@pytest.mark.parametrize(("kind", "text", "fault"), [
    ("benefit", WINDOW.replace("大鹏", "大棚"),
     "windows.0.street: must be one of: 大鹏, 葵涌, 南澳"),
    ("benefit", WINDOW.replace('"w1"', '"W 1"'),
     "windows.0.key: must be small letters, digits and single hyphens"),
    ("benefit", WINDOW + "colour = 1\n",
     "windows.0.colour: is unknown; allowed fields: key, title, street, address, opens"),
    ("benefit", WINDOW + WINDOW, "windows: names w1 twice"),
    ("benefit", 'windows = ["w1"]\n',
     "windows.0: must be a table with the fields: key, title, street, address, opens"),
    ("benefit", "per_day = 0\n", "per_day: must be a whole number from 1 to 50"),
    ("benefit", "per_day = true\n", "per_day: must be a whole number from 1 to 50"),
    ("benefit", "entitled = []\n", "entitled: must not be empty"),
    ("benefit", 'entitled = "快递员"\n', "entitled: must be a list"),
    ("worklist", 'categories = ["甲", "甲"]\n', "categories: names 甲 twice"),
    ("appointment", STATION.replace('level = "总院"', 'level = "大院"'),
     "stations.0.level: must be one of: 总院, 分院, 驿站, 服务点"),
    ("appointment", STATION.replace("周一", "星期一"),
     "stations.0.weekly.0.day: must be one of: 周一, 周二, 周三, 周四, 周五, 周六, 周日"),
    ("appointment", STATION.replace("09:00", "9:00"),
     'stations.0.weekly.0.from: must be a time such as "09:00"'),
    ("appointment", STATION.replace("12:00", "08:00"),
     "stations.0.weekly.0.to: must be later than from, on the same day"),
    ("appointment", STATION.replace("12:00", "09:30"),
     "stations.0.weekly: 周一 is shorter than slot_minutes"),
    ("appointment", STATION.replace(
        "weekly = [", 'weekly = [{ day = "周一", from = "11:00", to = "13:00" }, '),
     "stations.0.weekly: 周一 has openings that overlap"),
    ("appointment", 'closed_on = ["2026-13-01"]\n',
     "closed_on.0: must be a day such as 2026-10-05"),
    ("shift", POST + 'needs = "讲师证"\n',
     "posts.0.needs: must be small letters, digits and single hyphens"),
    ("shift", "min_crew = 0\n", "min_crew: must be a whole number from 1 to 1000"),
    ("gathering", WINDOW, "windows: may be given only for kind benefit"),
    ("gathering", 'platform = "x"\n', "platform: may be given only for kind course"),
    ("benefit", POST, "posts: may be given only for kind shift"),
])
def test_a_wrong_part_is_told_with_its_place_and_what_is_allowed(tmp_path: Path, kind: str,
                                                                 text: str, fault: str) -> None:
    assert told(tmp_path, kind, text) == [fault]


def test_a_day_stands_with_and_without_quotation_marks(tmp_path: Path) -> None:
    days = 'closed_on = [2026-10-05, "2026-10-06"]\n'
    (tmp_path / "test.toml").write_text(HEAD.format("appointment") + days + STATION, "utf-8")
    held = load(tmp_path)["test"]
    assert held.closed_on == ("2026-10-05", "2026-10-06")
    assert held.stations[0].desks == 1


def test_a_programme_is_the_same_after_it_was_kept() -> None:
    town, held = Town.in_memory(), load(OWN_FILES)
    load_programmes(town.app, held.values())
    assert {key: one_programme(town.app, key) for key in held} == held
    assert load_programmes(town.app, held.values()) == []
    stations = {each["key"]: each["stations"] for each in list_programmes(town.app)}
    assert stations["calm-station"][0]["weekly"][0]["day"] == "周一"


def test_what_only_this_service_heeds_is_kept_without_being_told() -> None:
    town, held = Town.in_memory(), load(OWN_FILES)
    load_programmes(town.app, held.values())
    before = len(town.told("programme_published"))
    fewer = replace(held["warm-bee"], per_day=1)
    assert load_programmes(town.app, [*held.values(), fewer]) == ["warm-bee"]
    assert len(town.told("programme_published")) == before


def test_a_document_of_an_older_or_newer_release_is_read() -> None:
    kept = {"key": "k", "title": "t", "wing": "安心", "owner": "工", "kind": "benefit", "new": 1}
    assert Programme.of(kept).windows == ()
