"""What this service is told by its environment beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import number
from kernel.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class StatsSettings(Settings):
    """Policy values of the figures; the department may change each of them."""

    smallest_shown: int = setting(
        "SMALLEST_SHOWN", default=5, parse=number(1, 1000),
        meaning="people of a confidential programme that are told outside only together",
    )
    figures_max_age: int = setting(
        "FIGURES_MAX_AGE", default=5, parse=number(0, 3600),
        meaning="seconds for which others may keep open figures before they ask again",
    )
