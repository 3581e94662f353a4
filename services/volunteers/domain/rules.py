"""Policy of crediting; the department may change each value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HourRules:
    """`daily` minutes of a person and local day count at once, `daily_approved` once the parent
    organisation approves, more only with the department (C-09); `pairs_a_day` check-in pairs of a
    person at one activity and day count (C-08)."""

    daily: int = 480
    daily_approved: int = 720
    pairs_a_day: int = 3
