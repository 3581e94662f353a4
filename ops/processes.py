"""The processes of the Procfile under honcho: started and stopped together, none left over."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from honcho import manager
from honcho.environ import parse_procfile
from honcho.printer import Printer

ROOT = Path(__file__).resolve().parents[1]
PROCFILE = ROOT / "Procfile"
GUIDE = "guide"  # the process that speaks to the person at the terminal
LEAVE_WITHIN = 15  # seconds; services drain for up to ten
SET_PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG


def commands() -> dict[str, str]:
    """Name and shell command of every process of the Procfile."""
    return dict(parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes)


class Terminal(Printer):
    """Honcho's output, but the guide's lines stand for themselves and nobody else's comings do."""

    def write(self, message: Any) -> None:
        if message.name == "system" and "rc=" not in str(message.data):
            return
        self.prefix = message.name != GUIDE
        super().write(message)


class Together(manager.Manager):
    """Honcho's manager, but told to stop while processes still start it does so a moment later.

    Honcho alone would look for a process id that it has not got yet, and then wait for ever.
    """

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
            return
        signal.signal(signal.SIGALRM, lambda *_: self.terminate())
        signal.setitimer(signal.ITIMER_REAL, 0.05)


def run(commands: Mapping[str, str], environments: Mapping[str, Mapping[str, str]]) -> int:
    """Run shell commands, each with its variables, until one ends or we are told to stop.

    Returns the exit code of the one that ended first, 130 after Ctrl-C, 143 after SIGTERM. Blocks
    until all are gone; what does not leave politely is killed.
    """
    manager.KILL_WAIT = LEAVE_WITHIN
    os.register_at_fork(after_in_child=_die_with_parent)
    together = Together(Terminal(sys.stdout))
    for name, command in commands.items():
        together.add_process(name, _leashed(command), env=dict(environments[name]), cwd=ROOT)
    together.loop()
    return int(together.returncode or 0)


def _leashed(command: str) -> str:
    """The shell becomes the command, and the command ends when honcho's process for it does."""
    leash = "setpriv --pdeathsig TERM " if shutil.which("setpriv") else ""
    return f"exec {leash}{command}"


def _die_with_parent() -> None:
    """In honcho's own processes, which ignore polite signals: go when we were killed."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
