"""One server as a child process: start, wait until it answers, freeze, kill, stop."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ops.parts.ports import free_port, holder, is_taken


class PartFailed(Exception):
    """A server did not start or did not answer; the text says which and how its log ends."""


def spawn(command: Sequence[str], *, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own (Ctrl-C is ours to handle), its output in `log`.

    `setpriv --pdeathsig` lets it end by SIGTERM even when we are killed and cannot say goodbye.
    """
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log.open("ab") as output:
        return subprocess.Popen(
            [*leash, *command],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes], *, within: float) -> None:
    """SIGTERM, then SIGKILL after `within` seconds. Safe on a frozen or a dead process."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def freeze(pid: int) -> None:
    """SIGSTOP to a child; returns once it stands still.

    The signal alone is not enough: on a busy machine the other threads of the process work on until
    the one that takes it has its turn.
    """
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


class Server:
    """A server with its data in `folder`; subclasses say what to run and when it answers.

    It keeps port and data over `stop()` or `kill()` and a new `start()`.
    """

    title = "server"
    start_deadline = 60.0
    stop_deadline = 20.0

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def answers(self) -> bool:
        """True when the server does its work; never raises, never blocks for long."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        if self._process is None:
            raise PartFailed(f"{self.title} is not running")
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    def start(self) -> None:
        """Start and return once it answers; raises PartFailed with the end of the log."""
        if is_taken(self.port):
            raise PartFailed(f"{self.title}: port {self.port} is taken by {holder(self.port)}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = spawn(self.command(), env=self.environment(), log=self.log)
        deadline = time.monotonic() + self.start_deadline
        while not self.answers():
            died = self._process.poll() is not None
            if died or time.monotonic() > deadline:
                self.kill()
                raise PartFailed(self._why("stopped at once" if died else "does not answer"))
            time.sleep(0.05)

    def stop(self) -> None:
        """End politely, by force when that takes too long. Safe to repeat."""
        if self._process is not None:
            end(self._process, within=self.stop_deadline)
            self._process = None

    def kill(self) -> None:
        """SIGKILL, as a power cut would; data stay where they are. Safe to repeat."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: sockets stay open, nothing answers."""
        freeze(self.pid)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def wipe(self) -> None:
        """Throw the data away, as a lost disk would. Only while stopped."""
        if self._process is not None:
            raise PartFailed(f"{self.title} still runs: stop it before wiping its data")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _why(self, what: str) -> str:
        tail = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
        return "\n  ".join([f"{self.title} on port {self.port} {what}; {self.log} ends:", *tail])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
