"""`xiangxin up` brings everything up on free ports, tells where, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ops.prepare import PROGRAMMES
from tests.leftovers import processes_of
from tests.rig.outsider import Outsider
from tests.waiting import eventually


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """As it is deployed: on its own servers, and with the resolver that other tests do without."""
    without = {k: v for k, v in os.environ.items()
               if k not in ("AMQP_URI", "MONGODB_URI", "EVENTLET_NO_GREENDNS")}
    with subprocess.Popen(
        [sys.executable, "-m", "ops", "up", "--folder", str(tmp_path / "demo")],
        env=without, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        yield process
        process.kill()


def until_told(process: subprocess.Popen[str], words: str) -> list[str]:
    """The lines up to the one with these words; fails when the process ends before."""
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if words in line:
            return said
    raise AssertionError("".join(said))


@pytest.mark.slow
def test_it_starts_everything_and_ctrl_c_leaves_nothing_behind(
    platform: subprocess.Popen[str], tmp_path: Path
) -> None:
    until_told(platform, "Ctrl-C stops everything")
    known = json.loads((tmp_path / "demo" / "addresses.json").read_text())
    for service in ("events", "volunteers", "notifications", "stats"):
        assert requests.get(f"{known[service]}/readyz", timeout=5).status_code == 200
    programmes = requests.get(f"{known['events']}/api/programmes", timeout=5).json()
    assert len(programmes) == len(list(PROGRAMMES.glob("*.toml"))) >= 25
    outsider = Outsider(known["subscriber"]["name"], known["subscriber"]["uri"], "")
    outsider.listen()
    assert outsider.hear(25)  # the programmes were told, and the bridge brought them over
    outsider.leave()
    told = {"Authorization": f"Bearer {known['subscriber']['token']}"}
    assert requests.get(f"{known['city']}/feed", headers=told, timeout=20).json()["facts"]

    platform.send_signal(signal.SIGINT)
    platform.communicate(timeout=60)

    assert platform.returncode == 0
    eventually(lambda: not processes_of(tmp_path))
    assert not (tmp_path / "demo" / "addresses.json").exists()


@pytest.mark.chaos
def test_when_it_is_killed_the_others_go_by_themselves(
    platform: subprocess.Popen[str], tmp_path: Path
) -> None:
    until_told(platform, "Ctrl-C stops everything")

    platform.kill()

    eventually(lambda: not processes_of(tmp_path), within=30)


@pytest.mark.chaos
def test_a_second_one_on_the_same_folder_is_refused(
    platform: subprocess.Popen[str], tmp_path: Path
) -> None:
    until_told(platform, "starting the broker")

    second = subprocess.run(
        [sys.executable, "-m", "ops", "up", "--folder", str(tmp_path / "demo")],
        text=True, capture_output=True, timeout=30,
    )  # fmt: skip

    assert second.returncode == 1
    assert "it runs already" in second.stderr
