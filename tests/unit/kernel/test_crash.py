"""Crash points do nothing unless CRASH_AT names them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

SCRIPT = """
from kernel.crash import crash_point
for name in ("a.b", "a.c", "a.b"):
    print(name, flush=True)
    crash_point(name)
"""


def run(crash_at: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "CRASH_AT": crash_at, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE)


@pytest.mark.parametrize(
    ("crash_at", "status", "passed"),
    [("", 0, 3), ("a.x", 0, 3), ("a.b", 137, 1), ("a.c", 137, 2), ("a.b:2", 137, 3)],
)
def test_the_process_dies_at_the_named_passage(crash_at: str, status: int, passed: int) -> None:
    with run(crash_at) as process:
        output, _ = process.communicate(timeout=30)
    assert (process.returncode, len(output.split())) == (status, passed)


def test_the_process_freezes_and_can_be_thawed() -> None:
    with run("freeze@a.c") as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status) and os.WSTOPSIG(status) == signal.SIGSTOP
        process.send_signal(signal.SIGCONT)
        output, _ = process.communicate(timeout=30)
    assert (process.returncode, len(output.split())) == (0, 3)
