"""What the ledger is told: limits of a day, points, and the duty of ten days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.parse import NUMBERS_BY_NAME, number
from kernel.settings import Settings, setting
from services.volunteers.domain.rules import HourRules


@dataclass(frozen=True, kw_only=True)
class HourSettings(Settings):
    """Policy values of crediting; the department may change each of them."""

    daily_minutes: int = setting(
        "DAILY_MINUTES", default=480, parse=number(1, 1440),
        meaning="minutes of one person and day that count without approval (C-09)",
    )
    daily_minutes_approved: int = setting(
        "DAILY_MINUTES_APPROVED", default=720, parse=number(1, 1440),
        meaning="up to how many the parent organisation may approve; more needs the department",
    )
    check_ins_a_day: int = setting(
        "CHECK_INS_A_DAY", default=3, parse=number(1, 50),
        meaning="check-ins of one person at one activity on one day (C-08)",
    )
    time_bank_weights: Mapping[str, int] | None = setting(
        "TIME_BANK_WEIGHTS", default=None, parse=NUMBERS_BY_NAME,
        meaning="points per minute in percent by programme (时间银行); hours never change (C-10)",
    )

    def hour_rules(self) -> HourRules:
        """As the domain takes them; the approved limit is never below the free one."""
        return HourRules(
            daily=self.daily_minutes,
            daily_approved=max(self.daily_minutes, self.daily_minutes_approved),
            pairs_a_day=self.check_ins_a_day,
        )
