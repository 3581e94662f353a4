"""The gate: a change that other systems would stumble over fails, named by its field."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import contracts

FOLDER = Path(contracts.__file__).parent
SCANS = "events/attendance.py"
SCANNED = "registration_id: str\n    person_ref: str\n    at: datetime\n"
BREAKING = [
    pytest.param(SCANS, "    household_ref: str\n", "",
                 "events.attendance_recorded.v1: household_ref was removed", id="field removed"),
    pytest.param(SCANS, 'state: Literal["present", "absent"]', 'state: Literal["present"]',
                 "events.attendance_recorded.v1: state was", id="type narrowed"),
    pytest.param(SCANS, "checked_in_at: datetime | None = None", "checked_in_at: datetime",
                 "checked_in_at is required", id="optional made required"),
    pytest.param(SCANS, SCANNED, SCANNED + "    household_ref: str\n",
                 "events.scanned_in.v1: household_ref is required", id="new field required"),
    pytest.param(SCANS, '@fact("events.scanned_in.v1"', '@fact("events.checked_in.v1"',
                 "events.scanned_in.v1 is no longer declared", id="key changed"),
    pytest.param(SCANS, "attendance/{session.session_id}.{person_ref}", "attendance/{person_ref}",
                 "events.scanned_in.v1: the subject was attendance/{session.session_id}",
                 id="subject changed"),
    pytest.param(SCANS, '.{person_ref}")', '.{person_ref}", private=True)',
                 "events.scanned_in.v1: it was public and is private", id="made private"),
    pytest.param("session.py", "    street: str\n", "    street: int\n",
                 "SessionRef.street was {'type': 'string'}", id="type of a shared value changed"),
]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package as it was released, to be bent."""
    return shutil.copytree(FOLDER, tmp_path / "contracts",
                           ignore=shutil.ignore_patterns("__pycache__"))


def checked(package: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "contracts.export", "--check"],
                          cwd=package.parent, capture_output=True, text=True)


def bend(package: Path, file: str, before: str, after: str) -> None:
    text = (package / file).read_text("utf-8")
    assert before in text
    (package / file).write_text(text.replace(before, after, 1), "utf-8")


@pytest.mark.parametrize(("file", "before", "after", "fault"), BREAKING)
def test_a_breaking_change_fails_with_a_sentence_that_names_it(
    package: Path, file: str, before: str, after: str, fault: str
) -> None:
    bend(package, file, before, after)

    found = checked(package)

    assert found.returncode == 1
    [named] = [line for line in found.stderr.splitlines() if fault in line][:1]
    assert named.endswith("give the changed fact a new key (.v2) and tell it beside the old one")


def test_a_change_that_breaks_nobody_only_has_to_be_written_out(package: Path) -> None:
    assert (checked(package).returncode, checked(package).stderr) == (0, "")
    bend(package, SCANS, SCANNED, SCANNED + "    title: str | None = None\n")

    found = checked(package)

    assert found.returncode == 1
    assert all(line.endswith("run python -m contracts.export")
               for line in found.stderr.splitlines())


def test_a_fact_without_a_chinese_line_fails(package: Path) -> None:
    bend(package, SCANS, "\n\n    一人在场次签到。", "")

    found = checked(package)

    assert found.returncode == 1
    assert "ScannedIn does not say in Chinese what it tells" in found.stderr
