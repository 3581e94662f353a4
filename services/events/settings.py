"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from kernel.settings import DURATION, HOURS, VAULT_KEY, Settings, number, setting
from services.events.domain.attendance import DeskRules
from services.events.domain.terms import OfferHours


@dataclass(frozen=True, kw_only=True)
class EventsSettings(Settings):
    """Policy values of sign-up and desk; the department may change each of them."""

    vault_key: bytes = setting(
        "VAULT_KEY", secret=True, parse=VAULT_KEY,
        meaning="master key of the encrypted contact fields",
    )
    party_limit: int = setting(
        "PARTY_LIMIT", default=10, parse=number(1, 100),
        meaning="persons in one registration at most",
    )
    desk_opens_before: float = setting(
        "DESK_OPENS_BEFORE", default=1800.0, parse=DURATION,
        meaning="how long before its start a session takes check-ins (C-06)",
    )
    late_after: float = setting(
        "LATE_AFTER", default=900.0, parse=DURATION,
        meaning="how long after the start a check-in counts as late, 迟到 (C-06)",
    )
    check_ins_a_day: int = setting(
        "CHECK_INS_A_DAY", default=3, parse=number(1, 50),
        meaning="check-ins of one person at one activity on one day (C-08)",
    )

    offer_window: tuple[time, time] = setting(
        "OFFER_HOURS", default=(time(8), time(21)), parse=HOURS,
        meaning="when people in line are offered a place, Asia/Shanghai (R-3)",
    )

    @property
    def offer_hours(self) -> OfferHours:
        """As the domain takes them."""
        return OfferHours(opens=self.offer_window[0], closes=self.offer_window[1])

    def desk_rules(self) -> DeskRules:
        """The desk's part, as the domain takes it."""
        return DeskRules(
            opens_before=timedelta(seconds=self.desk_opens_before),
            late_after=timedelta(seconds=self.late_after),
            check_ins_a_day=self.check_ins_a_day,
        )
