"""The environment's part of how messages leave: how fast, how many, when, and how long we wait."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from kernel.parse import DURATION, DURATIONS, HOURS, Parse, number
from kernel.settings import setting
from services.notifications.domain.lanes import LANES, PURPOSES
from services.notifications.domain.life import Patience
from services.notifications.domain.limits import Limits, Window
from services.notifications.domain.message import Purpose
from services.notifications.domain.notice import Rules
from services.notifications.providers.settings import ProviderSettings
from services.notifications.usecases.application import Pace


def _windows(text: str) -> tuple[Window, ...]:
    if text.strip() == "none":
        return ()
    windows = []
    for part in text.split(","):
        match = re.fullmatch(r"([1-9]\d{0,3})/(\w+)", part.strip())
        if not match:
            raise ValueError(text)
        windows.append(Window(int(match[1]), timedelta(seconds=DURATION(match[2]))))
    return tuple(windows)


def _lanes(text: str) -> frozenset[Purpose]:
    lanes = [] if text.strip() == "none" else [part.strip() for part in text.split(",")]
    if not set(lanes) <= set(LANES):
        raise ValueError(text)
    return frozenset().union(*(PURPOSES[lane] for lane in LANES if lane in lanes))


WINDOWS = Parse("none, or counts by window with commas between, as in 5/1h,10/1d", _windows)
SOME_LANES = Parse(f"none, or of {', '.join(LANES)} with commas between", _lanes)


@dataclass(frozen=True, kw_only=True)
class PaceSettings(ProviderSettings):
    """Policy values and times of a message's life; the defaults are below what providers grant."""

    sms_at_once: int = setting(
        "SMS_AT_ONCE", default=50, parse=number(1, 60),
        meaning="calls to the provider side by side in one process",
    )
    sms_lease: float = setting(
        "SMS_LEASE", default=30.0, parse=DURATION,
        meaning="how long a worker may hold a message; longer than SMS_CALL_WITHIN",
    )
    sms_limits: tuple[Window, ...] = setting(
        "SMS_LIMITS", default=Limits.usual().windows, parse=WINDOWS,
        meaning="how many messages one telephone gets within sliding windows (N-16)",
    )
    sms_limit_reserved: int = setting(
        "SMS_LIMIT_RESERVED", default=1, parse=number(0, 1000),
        meaning="places of each window that only cancellations, moves and offers may take",
    )
    sms_same_text: float = setting(
        "SMS_SAME_TEXT", default=30.0, parse=DURATION,
        meaning="how long after a text the same one may go to the same telephone",
    )
    quiet_hours: tuple[time, time] = setting(
        "QUIET_HOURS", default=(time(21), time(8)), parse=HOURS,
        meaning="when only urgent messages leave, Asia/Shanghai (C-39)",
    )
    quiet_spread: float = setting(
        "QUIET_SPREAD", default=1800.0, parse=DURATION,
        meaning="over how long after the quiet hours what was held leaves (N-18)",
    )
    decision_wait: float = setting(
        "DECISION_WAIT", default=60.0, parse=DURATION,
        meaning="how long a change of hours waits for the decision that it may belong to",
    )
    sms_ask_after: tuple[float, ...] = setting(
        "SMS_ASK_AFTER", default=(30.0, 120.0, 600.0, 3600.0), parse=DURATIONS,
        meaning="when the provider is asked about a call that it did not answer (N-4)",
    )
    receipt_ask_after: tuple[float, ...] = setting(
        "RECEIPT_ASK_AFTER", default=(600.0, 3600.0, 21_600.0), parse=DURATIONS,
        meaning="when the provider is asked for a receipt that did not come (N-13)",
    )
    sms_patience: float = setting(
        "SMS_PATIENCE", default=86_400.0, parse=DURATION,
        meaning="after which nobody asks any more what became of a call (N-4)",
    )
    sms_resend_after: float = setting(
        "SMS_RESEND_AFTER", default=120.0, parse=DURATION,
        meaning="how old a call must be to be believed that the provider never saw it",
    )
    sms_resend: frozenset[Purpose] = setting(
        "SMS_RESEND", default=Patience().resent, parse=SOME_LANES,
        meaning="lanes whose messages leave once more when the provider never saw them (N-4)",
    )

    def pace(self) -> Pace:
        """The sender's part."""
        return Pace(at_once=self.sms_at_once, lease=timedelta(seconds=self.sms_lease))

    def limits(self) -> Limits:
        """The part of those who count by telephone."""
        return Limits(windows=self.sms_limits, reserved=self.sms_limit_reserved,
                      same_text=timedelta(seconds=self.sms_same_text))

    def patience(self) -> Patience:
        """The part of those who ask what became of a call."""
        return Patience(
            unknown=[timedelta(seconds=each) for each in self.sms_ask_after],
            submitted=[timedelta(seconds=each) for each in self.receipt_ask_after],
            gives_up=timedelta(seconds=self.sms_patience),
            resend_after=timedelta(seconds=self.sms_resend_after), resent=self.sms_resend,
        )

    def timed(self, rules: Rules) -> Rules:
        """These rules with what was decided about the night and about waiting."""
        return replace(
            rules, quiet_from=self.quiet_hours[0], quiet_until=self.quiet_hours[1],
            quiet_spread=timedelta(seconds=self.quiet_spread),
            decision_wait=timedelta(seconds=self.decision_wait),
        )
