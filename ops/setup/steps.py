"""How a step of the set-up runs: announced, logged, with a sign of life, and a clear end."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
LOG = RUN / "setup.log"
SIGN_OF_LIFE = 5.0  # seconds between two lines about a long step
FULL = "No space left on device"


class SetupFailed(Exception):
    """What is wrong and what to do about it, for the person at the terminal."""


def say(text: str) -> None:
    print(f"set-up: {text}", flush=True)


def run(
    command: Sequence[str],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    advice: str = "",
    log_file: Path = LOG,
) -> None:
    """Run to the end with its output in the log; raises SetupFailed with its last lines.

    Prints the newest line of output every few seconds, so that a long step is seen to live.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    started = shown = time.monotonic()
    lines: list[str] = []
    with log_file.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        with subprocess.Popen(
            command, cwd=cwd, env=env, text=True, errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.strip())
                if time.monotonic() - shown > SIGN_OF_LIFE and line.strip():
                    shown = time.monotonic()
                    print(f"  {shown - started:4.0f} s  {line.strip()[:90]}", flush=True)
    if process.returncode:
        raise SetupFailed(_explained(command, lines, advice, log_file))


def _explained(command: Sequence[str], lines: list[str], advice: str, log_file: Path) -> str:
    if any(FULL in line for line in lines):
        return f"the disk is full: make room and start again ({free_space(ROOT):.1f} GB free here)"
    before = ("sudo", "-n", "env")
    program = next(word for word in command if word not in before and "=" not in word)
    said = [line for line in lines if line][-6:]
    return "\n    ".join([f"{program} failed. {advice}", *said, f"(all of it: {log_file})"])


def free_space(folder: Path) -> float:
    """Gigabytes that may still be written below `folder`."""
    return shutil.disk_usage(folder).free / 1e9


def need_space(gigabytes: float, what_for: str) -> None:
    """Raises SetupFailed before anything is half done."""
    if free_space(ROOT) < gigabytes:
        raise SetupFailed(
            f"{what_for} needs about {gigabytes:g} GB of disk, {free_space(ROOT):.1f} GB are free"
        )


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """Changes when one of the files or one of the other texts changes."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    digest.update("\0".join(more).encode())
    return digest.hexdigest()


class Stamp:
    """Remembers under .run/ for which fingerprint a step was done."""

    def __init__(self, name: str, folder: Path = RUN / "setup") -> None:
        self._file = folder / name

    def matches(self, wanted: str) -> bool:
        return self._file.exists() and self._file.read_text() == wanted

    def write(self, done: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(done)


def fail(fault: BaseException) -> int:
    """Tell the person at the terminal; the exit code."""
    print(f"\nset-up stopped: {fault}", file=sys.stderr, flush=True)
    return 1
