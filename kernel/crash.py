"""Crash points: named places where a test lets the process die or freeze; free otherwise."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field

from kernel.settings import crash_at


@dataclass
class _Plan:
    """`name`, `name:n` (the n-th passage) or `freeze@name`, as CRASH_AT gives it."""

    name: str
    passage: int = 1
    freeze: bool = False
    passed: int = field(default=0)

    @classmethod
    def of(cls, text: str) -> _Plan:
        kind, at, rest = text.rpartition("@")
        name, _, passage = rest.partition(":")
        return cls(name, int(passage or 1), freeze=bool(at) and kind == "freeze")


_plan: _Plan | None = None


def crash_point(name: str) -> None:
    """Ends this process with status 137 (or freezes it) if CRASH_AT names this point."""
    global _plan
    if _plan is None:
        _plan = _Plan.of(crash_at())
    if _plan.name != name:
        return
    _plan.passed += 1
    if _plan.passed == _plan.passage:
        if _plan.freeze:
            signal.raise_signal(signal.SIGSTOP)  # to this very thread: it goes not one step further
        else:
            os._exit(137)
