"""Policy of crediting; the department may change each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class HourRules:
    """`daily` minutes of a person and local day count at once, `daily_approved` once the parent
    organisation approves, more only with the department (C-09); `pairs_a_day` check-in pairs of a
    person at one activity and day count (C-08). A check-out is waited for so long as `grace` after
    the end, `graces` where a programme has its own (C-05)."""

    daily: int = 480
    daily_approved: int = 720
    pairs_a_day: int = 3
    grace: timedelta = timedelta(hours=4)
    graces: Mapping[str, timedelta] = field(default_factory=dict)

    def grace_of(self, programme: str) -> timedelta:
        """How long after the end of one of its sessions a check-out is waited for."""
        return self.graces.get(programme, self.grace)

    @property
    def shortest_grace(self) -> timedelta:
        """No session is done with earlier after its end."""
        return min([self.grace, *self.graces.values()])
