"""What this service is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION, HOURS, number
from kernel.settings import Settings, setting
from services.stats.domain.silence import Expected
from services.stats.goals import OWN as GOALS


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
    goals_dir: Path = setting(  # noqa: RUF009
        "GOALS_DIR", default=GOALS, parse=DIRECTORY,
        meaning="goals by programme and year, one TOML file each year",
    )
    briefs_watched: int = setting(
        "BRIEFS_WATCHED", default=12, parse=number(1, 1000),
        meaning="so many of the newest briefs get a revision to sign when their figures move",
    )
    facts_expected_within: float = setting(
        "FACTS_EXPECTED_WITHIN", default=1800.0, parse=DURATION,
        meaning="the wall raises an alarm after so long without a fact",
    )
    facts_expected_hours: tuple[time, time] = setting(
        "FACTS_EXPECTED_HOURS", default=(time(8), time(22)), parse=HOURS,
        meaning="when facts are expected, Asia/Shanghai; outside of it silence is no alarm",
    )

    def expected(self) -> Expected:
        """As the domain takes it."""
        return Expected(within=timedelta(seconds=self.facts_expected_within),
                        hours=self.facts_expected_hours)
