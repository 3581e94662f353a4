"""What this service is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import number
from kernel.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class StatsSettings(Settings):
    """Policy values; the department may change each of them."""

    briefs_watched: int = setting(
        "BRIEFS_WATCHED", default=12, parse=number(1, 1000),
        meaning="so many of the newest briefs get a revision to sign when their figures move",
    )
