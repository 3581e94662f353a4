"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args

from kernel.parse import DIRECTORY, DURATION, Fault, Parse, number
from kernel.settings import setting
from services.notifications.domain.broadcast import Terms
from services.notifications.domain.message import Purpose
from services.notifications.domain.notice import OPTIONAL, Rules
from services.notifications.pace_settings import PaceSettings
from services.notifications.usecases.application import Pace


def _purposes(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if unknown := sorted(set(named) - set(get_args(Purpose))):
        raise Fault(f"there is no purpose {', '.join(unknown)}")
    return named


PURPOSES = Parse(f"purposes with commas between, of {', '.join(get_args(Purpose))}", _purposes)


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
    messages_kept: float = setting(
        "MESSAGES_KEPT", default=30 * 86_400.0, parse=DURATION,
        meaning="how long texts, their values and numbers without dealings are kept (N-23)",
    )
    audience_kept: float = setting(
        "AUDIENCE_KEPT", default=180 * 86_400.0, parse=DURATION,
        meaning="how long after a session's end who took part in it is known for broadcasts",
    )
    sms_optional: tuple[str, ...] = setting(
        "SMS_OPTIONAL", default=tuple(sorted(OPTIONAL)), parse=PURPOSES,
        meaning="purposes that an opt-out by reply stops; promotion is stopped in any case",
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
        within = timedelta(seconds=self.hours_notice_within)
        optional = frozenset(cast(tuple[Purpose, ...], self.sms_optional))
        return self.timed(Rules(hours_notice_within=within, optional=optional))

    def terms(self) -> Terms:
        """The broadcasts' part."""
        return Terms(
            approval_within=timedelta(seconds=self.broadcast_approval_within),
            useful_for=timedelta(seconds=self.broadcast_useful_for),
        )

    def pace(self) -> Pace:
        """The sender's part, with the broadcasts'."""
        return replace(super().pace(), queued_at_once=self.broadcast_at_once)
