"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION
from kernel.settings import setting
from services.notifications.domain.broadcast import Terms
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
    broadcast_approval_within: float = setting(
        "BROADCAST_APPROVAL_WITHIN", default=3 * 86_400.0, parse=DURATION,
        meaning="how long a drafted broadcast may wait for its second person",
    )
    broadcast_useful_for: float = setting(
        "BROADCAST_USEFUL_FOR", default=2 * 86_400.0, parse=DURATION,
        meaning="how long after approval a broadcast is still sent, and never after its session",
    )

    def rules(self) -> Rules:
        """The domain's part."""
        within = timedelta(seconds=self.hours_notice_within)
        return self.timed(Rules(hours_notice_within=within))

    def terms(self) -> Terms:
        """The broadcasts' part."""
        return Terms(
            approval_within=timedelta(seconds=self.broadcast_approval_within),
            useful_for=timedelta(seconds=self.broadcast_useful_for),
        )
