"""The programme files: the department's 25, and what a bad file is told."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from services.events import programmes
from services.events.programmes import Programme, ProgrammeFault, load

OWN_FILES = Path(programmes.__file__).with_name("programmes")

GOOD: dict[str, Any] = {"title": "测试项目", "wing": "连心", "owner": "团", "kind": "gathering"}


def write(folder: Path, name: str, **told: object) -> None:
    lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in told.items()]
    (folder / name).write_text("\n".join(lines), "utf-8")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ProgrammeFault) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_the_25_programmes_of_2021_are_there_in_four_wings_beside_newer_ones() -> None:
    held = load(OWN_FILES)

    by_wing = [sum(each.wing == wing for each in held.values()) for wing in programmes.WINGS]
    assert all(have >= had for have, had in zip(by_wing, (5, 5, 2, 13), strict=True))


def test_three_programmes_stay_confidential_and_one_counts_households() -> None:
    held = load(OWN_FILES)

    assert all(held[key].confidential for key in ("calm-station", "growth-camp", "mutual-aid"))
    assert held["family-forum"].counts_households


def test_a_file_becomes_a_programme_named_after_the_file(tmp_path: Path) -> None:
    write(tmp_path, "evening-class.toml", **GOOD, confidential=True, wants="名单保密")

    assert load(tmp_path) == {
        "evening-class": Programme(key="evening-class", **GOOD, confidential=True, wants="名单保密")
    }


def test_a_programme_cannot_be_changed(tmp_path: Path) -> None:
    write(tmp_path, "evening-class.toml", **GOOD)
    programme = load(tmp_path)["evening-class"]

    with pytest.raises(FrozenInstanceError):
        programme.title = "另一个"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("wing", "强", "must be one of: 强心, 聚心, 安心, 连心"),
        ("owner", "学", "must be one of: 团, 工, 妇, 综合"),
        ("owner", 3, "must be one of: 团, 工, 妇, 综合"),
        ("kind", "party", f"must be one of: {', '.join(programmes.KINDS)}"),
        ("title", "  ", "must not be blank"),
        ("title", 7, "must be text"),
        ("confidential", "yes", "must be true or false"),
        ("confidential", 1, "must be true or false"),
        ("colour", "red", f"is unknown; allowed fields: {', '.join(programmes.FIELDS)}"),
    ],
)
def test_a_bad_value_is_told_with_file_field_and_what_is_allowed(
    tmp_path: Path, field: str, value: object, told: str
) -> None:
    write(tmp_path, "evening-class.toml", **{**GOOD, field: value})

    assert faults_of(tmp_path) == [f"evening-class.toml: {field}: {told}"]


def test_a_missing_field_is_told_with_what_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, "evening-class.toml", title="测试项目", owner="团", kind="shift")

    told = "is missing; must be one of: 强心, 聚心, 安心, 连心"
    assert faults_of(tmp_path) == [f"evening-class.toml: wing: {told}"]


def test_only_a_gathering_counts_households(tmp_path: Path) -> None:
    write(tmp_path, "patrol.toml", **{**GOOD, "kind": "shift"}, counts_households=True)

    told = "may be true only for kind gathering"
    assert faults_of(tmp_path) == [f"patrol.toml: counts_households: {told}"]


def test_all_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, "Bad_Name.toml", **GOOD)
    write(tmp_path, "evening-class.toml", **{**GOOD, "wing": "?", "kind": "?"})
    (tmp_path / "latin.toml").write_bytes(b'title = "\xff"')
    (tmp_path / "torn.toml").write_text("title =")

    where = [fault.split(":")[0:2] for fault in faults_of(tmp_path)]

    assert where == [
        ["Bad_Name.toml", " the file name is the key"],
        ["evening-class.toml", " wing"],
        ["evening-class.toml", " kind"],
        ["latin.toml", " is not UTF-8"],
        ["torn.toml", " is not TOML"],
    ]


def test_a_directory_without_programme_files_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'}: holds no programme file (<key>.toml)"
    ]
