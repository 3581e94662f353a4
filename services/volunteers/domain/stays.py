"""Stays: check-ins and check-outs of one person at one session, paired by time (C-06, C-13)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.volunteers.domain.spans import Span

Missing = Literal["missing_check_out", "missing_check_in", "check_out_before_check_in"]


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One check-in with its check-out; either may be missing, both where a person decided."""

    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None

    @property
    def span(self) -> Span | None:
        """The time between, None while a scan is missing or the order is wrong (C-06)."""
        start, end = self.checked_in_at, self.checked_out_at
        return Span(start, end) if start and end and start < end else None

    @property
    def key(self) -> str:
        """Names the stay among those of its session: the same however often it is computed."""
        came, left = self.checked_in_at, self.checked_out_at
        return f"in {came.isoformat()}" if came else f"out {left and left.isoformat()}"

    @property
    def missing(self) -> Missing | None:
        """Why it cannot be counted, None when it can."""
        if self.span:
            return None
        if self.checked_out_at is None:
            return "missing_check_out"
        return "check_out_before_check_in" if self.checked_in_at else "missing_check_in"


def paired(came: Collection[datetime], left: Collection[datetime]) -> tuple[Stay, ...]:
    """The stays that these scans make, in order of time, whatever order they were told in.

    A check-out ends the latest check-in before it that nothing has ended yet. A scan that is left
    over is a stay of its own; one check-out that is not after the only check-in belongs to it, and
    is wrong (C-06).
    """
    scans = sorted([(at, 0) for at in set(came)] + [(at, 1) for at in set(left)])
    stays: list[Stay] = []
    for at, is_out in scans:
        if not is_out:
            stays.append(Stay(checked_in_at=at))
        elif stays and stays[-1].checked_out_at is None:
            stays[-1] = Stay(checked_in_at=stays[-1].checked_in_at, checked_out_at=at)
        else:
            stays.append(Stay(checked_out_at=at))
    if len(scans) == 2 and len(stays) == 2 and len(set(came)) == 1:
        return (Stay(checked_in_at=scans[1][0], checked_out_at=scans[0][0]),)
    return tuple(stays)
