"""One process of ours under test: started, seen to be ready, killed, frozen, told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from ops.parts.server import end, freeze, spawn
from tests.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]
CRASHED = 137  # what a crash point exits with; a shell would say the same of SIGKILL


class Process:
    """`python -m <module> <arguments>` with a port for its doors; started again with `start`."""

    def __init__(
        self, *arguments: str, environment: Mapping[str, str], log: Path, port: int | None = None
    ) -> None:
        self.arguments = arguments
        self.environment = dict(environment)
        self.log = log
        self.port = port
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._running is not None, f"{self.log.stem} was not started"
        return self._running.pid

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def start(self, *, ready: bool = True, **environment: str) -> Self:
        """Start with additional variables for this time; returns when its doors are ready.

        With `ready=False` at once: for a process that is meant to die on its way.
        """
        assert self._running is None or self._running.poll() is not None, "it still runs"
        command = [sys.executable, "-m", *self.arguments]
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment, **environment}
        self._running = spawn(command, env=variables, log=self.log)
        if ready and self.port:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Until its doors answer that they are."""
        eventually(self.is_ready)

    def is_ready(self) -> bool:
        assert self.is_running, f"{self.log.stem} ended:\n{self.output[-2000:]}"
        return self.answers("/readyz")

    def answers(self, path: str) -> bool:
        """Whether a GET is answered with 200 within five seconds."""
        try:
            return requests.get(f"{self.address}{path}", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def _listens_for(self, number: signal.Signals) -> bool:
        status = Path(f"/proc/{self.pid}/status").read_text()
        [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
        return bool(int(caught, 16) >> (number - 1) & 1)

    @property
    def is_frozen(self) -> bool:
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"

    def exit_status(self, within: float = PATIENCE) -> int:
        """Wait until it has ended by itself; what it exited with."""
        assert self._running is not None
        try:
            return self._running.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.log.stem} still runs:\n{self.output[-2000:]}") from None

    def has_crashed(self, within: float = PATIENCE) -> None:
        """Wait until it died at its crash point."""
        status = self.exit_status(within)
        assert status == CRASHED, f"ended with {status}:\n{self.output[-3000:]}"

    def wait_until_frozen(self, within: float = PATIENCE) -> None:
        """Until a crash point with `freeze@` was reached."""
        eventually(lambda: self.is_frozen, within=within)

    def terminate(self) -> None:
        """SIGTERM as soon as it listens for it; does not wait for what comes of it."""
        eventually(lambda: not self.is_running or self._listens_for(signal.SIGTERM))
        os.kill(self.pid, signal.SIGTERM)

    def interrupt(self) -> None:
        """What Ctrl-C sends."""
        os.kill(self.pid, signal.SIGINT)

    def freeze(self) -> None:
        freeze(self.pid)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL; safe to repeat."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def stop(self) -> int:
        """SIGTERM, by force after twelve seconds; the exit status."""
        assert self._running is not None
        end(self._running, within=12)
        return self._running.returncode

    def __enter__(self) -> Self:
        return self if self.is_running else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
