"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import cast, get_args

from kernel.parse import DIRECTORY, DURATION, HOURS, Fault, Parse, number
from kernel.settings import setting
from services.notifications.domain.broadcast import Terms
from services.notifications.domain.message import Purpose
from services.notifications.domain.notice import OPTIONAL, Rules
from services.notifications.providers.settings import ProviderSettings
from services.notifications.usecases.application import Pace


def _purposes(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if unknown := sorted(set(named) - set(get_args(Purpose))):
        raise Fault(f"there is no purpose {', '.join(unknown)}")
    return named


PURPOSES = Parse(f"purposes with commas between, of {', '.join(get_args(Purpose))}", _purposes)


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
    messages_kept: float = setting(
        "MESSAGES_KEPT", default=30 * 86_400.0, parse=DURATION,
        meaning="how long texts, their values and numbers without dealings are kept (N-23)",
    )
    sms_optional: tuple[str, ...] = setting(
        "SMS_OPTIONAL", default=tuple(sorted(OPTIONAL)), parse=PURPOSES,
        meaning="purposes that an opt-out by reply stops; promotion is stopped in any case",
    )
    quiet_hours: tuple[time, time] = setting(
        "QUIET_HOURS", default=(time(21), time(8)), parse=HOURS,
        meaning="when only urgent messages leave, Asia/Shanghai (C-39)",
    )

    broadcast_approval_within: float = setting(
        "BROADCAST_APPROVAL_WITHIN", default=3 * 86_400.0, parse=DURATION,
        meaning="how long a drafted broadcast may wait for its second person",
    )
    broadcast_at_once: int = setting(
        "BROADCAST_AT_ONCE", default=100, parse=number(1, 1000),
        meaning="how many messages of a broadcast are queued in one transaction",
    )
    broadcast_useful_for: float = setting(
        "BROADCAST_USEFUL_FOR", default=2 * 86_400.0, parse=DURATION,
        meaning="how long after approval a broadcast is still sent, and never after its session",
    )

    def rules(self) -> Rules:
        """The domain's part."""
        return Rules(
            hours_notice_within=timedelta(seconds=self.hours_notice_within),
            optional=frozenset(cast(tuple[Purpose, ...], self.sms_optional)),
            quiet_from=self.quiet_hours[0], quiet_until=self.quiet_hours[1],
        )

    def terms(self) -> Terms:
        """The broadcasts' part."""
        return Terms(
            approval_within=timedelta(seconds=self.broadcast_approval_within),
            useful_for=timedelta(seconds=self.broadcast_useful_for),
        )

    def pace(self) -> Pace:
        """The sender's part."""
        return Pace(at_once=self.sms_at_once, lease=timedelta(seconds=self.sms_lease),
                    queued_at_once=self.broadcast_at_once)
