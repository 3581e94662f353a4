"""What this service is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import number
from kernel.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class StatsSettings(Settings):
    """Policy values; the department may change each of them."""

    smallest_shown: int = setting(
        "SMALLEST_SHOWN", default=5, parse=number(1, 1000),
        meaning="people of a confidential programme that are told outside only together",
    )
    figures_max_age: int = setting(
        "FIGURES_MAX_AGE", default=5, parse=number(0, 3600),
        meaning="seconds for which others may keep open figures before they ask again",
    )
    briefs_watched: int = setting(
        "BRIEFS_WATCHED", default=12, parse=number(1, 1000),
        meaning="so many of the newest briefs get a revision to sign when their figures move",
    )
