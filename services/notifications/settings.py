"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION
from kernel.settings import setting
from services.notifications.domain.notice import Rules
from services.notifications.pace_settings import PaceSettings


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(PaceSettings):
    """What is said, and what the department decided about it."""

    sms_signature: str = setting(
        "SMS_SIGNATURE", default="向心", meaning="stands in 【】 before every text"
    )
    template_codes: Path | None = setting(  # noqa: RUF009
        "TEMPLATE_CODES", default=None, parse=DIRECTORY,
        meaning="file with the codes that providers gave to our templates (docs/templates.md)",
    )
    hours_notice_within: float = setting(
        "HOURS_NOTICE_WITHIN", default=7 * 86_400.0, parse=DURATION,
        meaning="how long after a session's end credited hours are still news",
    )

    def rules(self) -> Rules:
        """The domain's part."""
        within = timedelta(seconds=self.hours_notice_within)
        return self.timed(Rules(hours_notice_within=within))
