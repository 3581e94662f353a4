"""Processor time by process, so that who was short of time can be told from who was slow."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_NAMES = (  # a part of the command line, and what it is called here; the first that fits
    ("kernel.serve stats", "stats"), ("kernel.serve", "other services"), ("kernel.relay", "relay"),
    ("services.city.bridge", "bridge"), ("services.city.webhooks", "webhooks"),
    ("beam.smp", "broker"), ("secantusd", "database"), ("chromium", "browser"),
    ("tests.bench.viewers", "viewers"), ("playwright", "bench"), ("tests.bench", "bench"),
)


def spent(**own: int) -> dict[str, float]:
    """Seconds of a core that this process and those below it have used, by name; `own` names
    single ones by their pid."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir()
               if path.name.isdigit()}
    below, found = {os.getpid()}, defaultdict[str, float](float)
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    names = {pid: name for name, pid in own.items()}
    for pid in below:
        found[names.get(pid) or _name(pid)] += _seconds(pid)
    return found


def share(before: Mapping[str, float], after: Mapping[str, float], count: int) -> str:
    """What each has used since, in µs for one of so many, the most first."""
    used = {name: (seconds - before.get(name, 0.0)) / count for name, seconds in after.items()}
    ordered = sorted(used.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {each * 1e6:.0f}" for name, each in ordered if each > 0)


def megabytes(pid: int | None = None) -> float:
    """The memory that a process takes now; this one's when none is named."""
    pages = int(Path(f"/proc/{pid or os.getpid()}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 ** 2


def _name(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "gone"
    return next((name for part, name in _NAMES if part in command), "rest")


def _seconds(pid: int) -> float:
    fields = _stat(Path(f"/proc/{pid}"))
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _parent(path: Path) -> int:
    fields = _stat(path)
    return int(fields[1]) if fields else 0


def _stat(path: Path) -> list[str]:
    """The fields behind the name, empty when the process has ended."""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
