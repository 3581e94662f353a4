"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION, HOURS, number, one_of
from kernel.settings import Settings, setting
from services.notifications.domain.notice import Rules
from services.notifications.providers.kannel import KannelAccess
from services.notifications.usecases.application import Pace


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(Settings):
    """Which provider sends, how fast, and what the department decided about it."""

    sms_provider: str = setting(
        "SMS_PROVIDER", default="console", parse=one_of("console", "kannel"),
        meaning="who sends the messages; console shows them on the page /console",
    )
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
    sms_call_within: float = setting(
        "SMS_CALL_WITHIN", default=5.0, parse=DURATION,
        meaning="how long a call to the provider may take",
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
    kannel_url: str = setting(
        "KANNEL_URL", default="http://127.0.0.1:13013/cgi-bin/sendsms",
        meaning="where the gateway takes messages",
    )
    kannel_username: str = setting(
        "KANNEL_USERNAME", default="", meaning="our user at the gateway"
    )
    kannel_password: str = setting(
        "KANNEL_PASSWORD", default="", secret=True, meaning="the user's password"
    )
    kannel_sender: str = setting(
        "KANNEL_SENDER", default="", meaning="the number that messages come from"
    )
    receipts_url: str = setting(
        "RECEIPTS_URL", default="http://127.0.0.1:8003/receipts/kannel",
        meaning="where the gateway brings receipts, as it reaches this service",
    )
    provider_secret: str | None = setting(
        "PROVIDER_SECRET", default=None, secret=True,
        meaning="what providers show at our doors; without it no receipt is taken",
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

    def kannel(self) -> KannelAccess:
        """The gateway's part."""
        return KannelAccess(
            url=self.kannel_url, username=self.kannel_username, password=self.kannel_password,
            sender=self.kannel_sender, receipts_url=self.receipts_url,
            receipts_secret=self.provider_secret or "", within=self.sms_call_within,
        )
