"""Processes started together end together: by order, by Ctrl-C, and when their keeper is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.grants.broker_rights import SERVICES
from ops.processes import commands
from tests.leftovers import processes_of
from tests.waiting import eventually

KEEPER = """
import os, sys
from ops.processes import run
here = dict(os.environ)
names = ["one", "two"]
sys.exit(run({name: "sleep 600" for name in names} | {"guide": sys.argv[1]},
             {name: here for name in [*names, "guide"]}))
"""


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    keepers: list[subprocess.Popen[str]] = []
    yield keepers
    for keeper in keepers:
        keeper.kill()
        keeper.communicate()


def keep(started: list[subprocess.Popen[str]], guide: str) -> subprocess.Popen[str]:
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, guide], text=True, stdout=subprocess.PIPE
    )
    started.append(keeper)
    return keeper


def below(pid: int) -> set[int]:
    """The process ids of children, and of theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | below(child)
    return found


def sleeping(keeper: subprocess.Popen[str]) -> set[int]:
    """Everything below the keeper once all three commands run."""
    there = below(keeper.pid)
    names = [Path(f"/proc/{pid}/comm").read_text().strip() for pid in there]
    return there if names.count("sleep") == 3 else set()


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and not is_zombie(pid)}


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_polite_signal_ends_all_of_them(
    started: list[subprocess.Popen[str]], number: int, code: int
) -> None:
    keeper = keep(started, "sleep 600")
    there = eventually(lambda: sleeping(keeper))

    keeper.send_signal(number)

    assert keeper.wait(10) == code
    assert not alive(there)


def test_an_order_to_end_is_obeyed_even_while_they_start(
    started: list[subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARK", str(tmp_path))  # every process below carries it
    keeper = keep(started, "sleep 600")
    eventually(lambda: below(keeper.pid), every=0.001)

    keeper.send_signal(signal.SIGTERM)

    keeper.wait(10)
    eventually(lambda: not processes_of(tmp_path))


def test_the_end_of_one_ends_the_others_with_its_exit_code(
    started: list[subprocess.Popen[str]],
) -> None:
    keeper = keep(started, "sh -c 'echo no difference; exit 7'")

    told, _ = keeper.communicate(timeout=10)

    assert keeper.returncode == 7
    assert "\nno difference\n" in f"\n{told}"


def test_a_killed_keeper_leaves_nobody_behind(started: list[subprocess.Popen[str]]) -> None:
    keeper = keep(started, "sleep 600")
    there = eventually(lambda: sleeping(keeper))

    os.kill(keeper.pid, signal.SIGKILL)

    eventually(lambda: not alive(there))


def test_the_procfile_names_every_service_and_the_relay() -> None:
    assert set(commands()) == {*SERVICES, "bridge", "webhooks", "relay"}
