"""What the ledger is told: limits of a day, points, and the duty of ten days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from kernel.parse import DURATION, NUMBERS_BY_NAME, number
from kernel.settings import Settings, setting
from services.volunteers.domain.duty import DutyRules
from services.volunteers.domain.rules import HourRules
from services.volunteers.usecases.application import Asking


@dataclass(frozen=True, kw_only=True)
class HourSettings(Settings):
    """Policy values of crediting, of requests and of the duty of ten days; the department may
    change each of them."""

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
    check_out_grace: float = setting(
        "CHECK_OUT_GRACE", default=4 * 3600.0, parse=DURATION,
        meaning="how long after a session's end a check-out is waited for; then 待核实 (C-05)",
    )
    check_out_graces: Mapping[str, int] | None = setting(
        "CHECK_OUT_GRACES", default=None, parse=NUMBERS_BY_NAME,
        meaning="the same in minutes for programmes that have their own",
    )
    time_bank_weights: Mapping[str, int] | None = setting(
        "TIME_BANK_WEIGHTS", default=None, parse=NUMBERS_BY_NAME,
        meaning="points per minute in percent by programme (时间银行); hours never change (C-10)",
    )
    record_days: int = setting(
        "RECORD_DAYS", default=10, parse=number(1, 250),
        meaning="working days after a session's end within which its records are complete (C-19)",
    )
    record_warning_day: int = setting(
        "RECORD_WARNING_DAY", default=8, parse=number(1, 250),
        meaning="the working day on which records that are missing are warned of (C-19)",
    )
    correction_days: int = setting(
        "CORRECTION_DAYS", default=10, parse=number(1, 250),
        meaning="working days within which a request for a correction is decided",
    )
    corrections_per_person: int = setting(
        "CORRECTIONS_PER_PERSON", default=10, parse=number(1, 1000),
        meaning="requests of one person a day, in each process; not those by staff",
    )
    corrections_per_address: int = setting(
        "CORRECTIONS_PER_ADDRESS", default=60, parse=number(1, 1_000_000),
        meaning="requests from one address an hour, in each process; not those by staff",
    )

    def hour_rules(self) -> HourRules:
        """As the domain takes them; the approved limit is never below the free one."""
        return HourRules(
            daily=self.daily_minutes,
            daily_approved=max(self.daily_minutes, self.daily_minutes_approved),
            pairs_a_day=self.check_ins_a_day,
            grace=timedelta(seconds=self.check_out_grace),
            graces={name: timedelta(minutes=each)
                    for name, each in (self.check_out_graces or {}).items()},
        )

    def duty_rules(self) -> DutyRules:
        """As the domain takes them; the warning is never after the last day."""
        return DutyRules(
            days=self.record_days, warning=min(self.record_warning_day, self.record_days),
            answer_days=self.correction_days,
        )

    def asking(self) -> Asking:
        """How many requests are taken."""
        return Asking(per_person=self.corrections_per_person,
                      per_address=self.corrections_per_address)
