"""What was heard and decided of one person at one session; facts may come in any order (C-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut
from contracts.session import SessionRef
from kernel.clock import local_day, to_milliseconds
from services.volunteers.domain.entry import Effective
from services.volunteers.domain.ruling import Ruling
from services.volunteers.domain.stays import Stay, paired
from services.volunteers.domain.values import altered

Told = ScannedIn | ScannedOut | AttendanceRecorded
Turns = Iterable[tuple[int, Told]]


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Scans by time, whether the session closed with the person present, the last ruling, and the
    lines that count for it now.

    `sequence` is the last fact applied; `waiting` are facts that came before their turn. `session`
    is as it is now. `generation` counts how often something of it was reversed. `lapsed_for` is
    the end of the session whose grace was over with a scan still missing (C-05).
    """

    session: SessionRef
    person_ref: str
    sequence: int = 0
    came: tuple[datetime, ...] = ()
    left: tuple[datetime, ...] = ()
    present: bool = False
    evidence: str = ""
    waiting: tuple[tuple[int, Told], ...] = ()
    ruling: Ruling | None = None
    cancelled: bool = False
    generation: int = 0
    effective: tuple[Effective, ...] = ()
    lapsed_for: datetime | None = None

    @property
    def final(self) -> bool:
        """Whether no scan is awaited any more: what is missing by now is held (C-05). A session
        that ends later than when it lapsed has its grace still before it."""
        lapsed = self.lapsed_for is not None and self.lapsed_for >= self.session.ends_at
        return self.present or lapsed

    @property
    def day(self) -> str:
        """The local day to which all of it belongs: that of the session's start (C-44)."""
        return _day(self.session.starts_at)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Paired by time."""
        return paired(self.came, self.left)


@lru_cache(maxsize=4096)
def _day(moment: datetime) -> str:
    """Many attendances begin together, and each is asked for its day many times."""
    return local_day(moment).isoformat()


def hear(attendance: Attendance, told: Turns) -> Attendance:
    """The attendance after these facts, each with its sequence.

    What was applied before is ignored, what comes too early waits for its turn, so that order and
    repeats change nothing. Safe to repeat.
    """
    waiting = {**dict(attendance.waiting), **dict(told)}
    changes: dict[str, Any] = {"came": attendance.came, "left": attendance.left}
    sequence = attendance.sequence
    while fact := waiting.get(sequence + 1):
        sequence += 1
        _apply(fact, changes)
    early = tuple(sorted((n, fact) for n, fact in waiting.items() if n > sequence))
    return altered(attendance, sequence=sequence, waiting=early, **changes)


def ruled(attendance: Attendance, ruling: Ruling) -> Attendance:
    """With the ruling, unless a later one was heard already (C-16). Safe to repeat."""
    there = attendance.ruling
    if there and there.order >= ruling.order:
        return attendance
    return altered(attendance, ruling=ruling)


def _apply(fact: Told, changes: dict[str, Any]) -> None:
    """Adds what the fact changes of an attendance."""
    changes["evidence"] = f"registration/{fact.registration_id}"
    if isinstance(fact, AttendanceRecorded):
        changes["present"] = fact.state == "present"
    elif isinstance(fact, ScannedIn):
        changes["came"] = (*changes["came"], to_milliseconds(fact.at))
    else:
        changes["left"] = (*changes["left"], to_milliseconds(fact.at))
