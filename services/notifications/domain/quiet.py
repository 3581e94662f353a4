"""Quiet hours: what can wait is held, and released spread over the morning (N-18, C-39)."""

from __future__ import annotations

from datetime import datetime

from services.notifications.domain.message import Message
from services.notifications.domain.notice import Rules, not_before


def leaves_at(message: Message, now: datetime, rules: Rules) -> datetime:
    """Now; or, for what can wait in quiet hours, a moment after their end that is the same
    whenever it is asked for, so that not everything of a night leaves in one second.

    What is of use only for a short while after that end leaves within the first half of it.
    """
    end = not_before(message.purpose, now, rules)
    if end <= now:
        return now
    window = min(rules.quiet_spread, max(message.deadline - end, end - end) / 2)
    return end + window * _share(message)


def _share(message: Message) -> float:
    """From 0 to 1, evenly over all messages."""
    return int(message.message_id[:8], 16) / 16**8
