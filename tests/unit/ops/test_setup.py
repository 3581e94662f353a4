"""Set-up says what is missing and what to do about it, and does nothing the second time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ops.setup.packages import Package
from ops.setup.steps import SetupFailed, Stamp, fingerprint, need_space, run
from ops.setup.versions import others

ROOT = Path(__file__).parents[3]
SOURCES = ("ops/__init__.py", "ops/setup", "pyproject.toml", "package.json", "package-lock.json")


def bare_checkout(folder: Path) -> Path:
    for source in SOURCES:
        target = folder / source
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, target)
    return folder


def set_up(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.setup", "demo"], cwd=folder, env=environ,
        text=True, capture_output=True,
    )  # fmt: skip


def test_a_package_is_wanted_only_when_none_of_its_marks_is_there(tmp_path: Path) -> None:
    there = Package("there", "", (str(tmp_path), "no-such-command"))
    missing = Package("missing", "", ("no-such-command",))

    assert not there.wanted()
    assert missing.wanted()


def test_a_given_broker_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMQP_URI", "amqp://somewhere/")

    assert not Package("rabbitmq-server", "", ("no-such-command",), unless="AMQP_URI").wanted()


def test_a_system_without_apt_is_told_which_packages_to_bring(tmp_path: Path) -> None:
    done = set_up(bare_checkout(tmp_path), PATH=str(tmp_path))

    assert done.returncode == 1
    assert "apt-get is missing" in done.stderr
    assert "npm" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failing_command_is_shown_with_its_last_lines_and_advice(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match=r"sh failed\. Check the network(.|\n)*no route"):
        failing = ["sh", "-c", "echo no route; exit 3"]
        run(failing, advice="Check the network.", log_file=tmp_path / "log")


def test_a_full_disk_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="the disk is full"):
        failing = ["sh", "-c", "echo 'write error: No space left on device'; exit 1"]
        run(failing, log_file=tmp_path / "log")


def test_too_little_disk_is_refused_before_anything_is_done() -> None:
    with pytest.raises(SetupFailed, match=r"the moon needs about 1e\+12 GB of disk"):
        need_space(1e12, "the moon")


def test_a_stamp_matches_until_a_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("one")
    stamp = Stamp("python", tmp_path)
    stamp.write(fingerprint([file], "3.11"))
    assert stamp.matches(fingerprint([file], "3.11"))

    file.write_text("two")

    assert not stamp.matches(fingerprint([file], "3.11"))


def test_each_package_is_named_once() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = [told["dependencies"], *told["optional-dependencies"].values()]
    names = [re.split(r"[<>=]", each, maxsplit=1)[0].lower() for some in every for each in some]
    assert sorted(names) == sorted(set(names))


def test_other_interpreters_are_those_that_run_and_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OTHER_PYTHONS", os.pathsep.join([str(broken), sys.executable]))

    assert others() == {}
