"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION, HOURS, number
from kernel.settings import setting
from services.notifications.domain.notice import Rules
from services.notifications.providers.settings import ProviderSettings
from services.notifications.usecases.application import Pace


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(ProviderSettings):
    """How fast messages leave, and what the department decided about it."""

    sms_signature: str = setting(
        "SMS_SIGNATURE", default="向心", meaning="stands in 【】 before every text"
    )
    template_codes: Path | None = setting(  # noqa: RUF009
        "TEMPLATE_CODES", default=None, parse=DIRECTORY,
        meaning="file with the codes that providers gave to our templates (docs/templates.md)",
    )
    sms_at_once: int = setting(
        "SMS_AT_ONCE", default=20, parse=number(1, 60),
        meaning="calls to the provider side by side in one process",
    )
    sms_lease: float = setting(
        "SMS_LEASE", default=30.0, parse=DURATION,
        meaning="how long a worker may hold a message; longer than SMS_CALL_WITHIN",
    )
    hours_notice_within: float = setting(
        "HOURS_NOTICE_WITHIN", default=7 * 86_400.0, parse=DURATION,
        meaning="how long after a session's end credited hours are still news",
    )
    quiet_hours: tuple[time, time] = setting(
        "QUIET_HOURS", default=(time(21), time(8)), parse=HOURS,
        meaning="when only urgent messages leave, Asia/Shanghai (C-39)",
    )

    def rules(self) -> Rules:
        """The domain's part."""
        return Rules(
            hours_notice_within=timedelta(seconds=self.hours_notice_within),
            quiet_from=self.quiet_hours[0], quiet_until=self.quiet_hours[1],
        )

    def pace(self) -> Pace:
        """The sender's part."""
        return Pace(at_once=self.sms_at_once, lease=timedelta(seconds=self.sms_lease))
