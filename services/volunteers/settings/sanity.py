"""What the sanity report (核查) is told: from where a stay is odd, and how much it may read."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import number
from kernel.settings import Settings, setting
from services.volunteers.domain.sanity import SanityRules


@dataclass(frozen=True, kw_only=True)
class SanitySettings(Settings):
    """Policy values of the report; the department may change each of them."""

    sanity_longest: int = setting(
        "SANITY_LONGEST", default=600, parse=number(1, 1440),
        meaning="minutes of one stay above which it is listed as too long",
    )
    sanity_shortest: int = setting(
        "SANITY_SHORTEST", default=15, parse=number(0, 1440),
        meaning="minutes of one stay below which it is listed as too short",
    )
    sanity_days: int = setting(
        "SANITY_DAYS", default=366, parse=number(1, 3660),
        meaning="days of one report or one export of lines at most",
    )
    sanity_listed: int = setting(
        "SANITY_LISTED", default=100, parse=number(1, 10_000),
        meaning="findings of one kind that a report lists; all are counted",
    )
    sanity_seconds: int = setting(
        "SANITY_SECONDS", default=20, parse=number(1, 600),
        meaning="after which a report stops and says from which day to go on",
    )

    def sanity_rules(self) -> SanityRules:
        """As the domain takes them."""
        return SanityRules(
            longest=self.sanity_longest, shortest=self.sanity_shortest, days=self.sanity_days,
            listed=self.sanity_listed, seconds=self.sanity_seconds,
        )
