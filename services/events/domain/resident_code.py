"""A code by SMS that proves whose telephone it is: how long it holds, and how often one is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Doing = Literal["sign_in", "change_phone", "join_family"]

DIGITS = 6
LASTS = timedelta(minutes=5)
TRIES = 5
SAME_AGAIN = timedelta(seconds=30)  # the same form sent twice is one order
PER_NUMBER = ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(days=1)))  # C-40
PER_ACCOUNT = ((5, timedelta(hours=1)), (10, timedelta(days=1)))  # sent to others' telephones
PER_ADDRESS = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Code:
    """One code as kept: `code_id` is the keyed hash of the browser's secret, `digest` that of
    secret and code; neither is kept itself. `number` is the telephone's keyed hash.

    `used_for` is what came of it (a login, an account), once it was used.
    """

    code_id: str
    number: str
    digest: str
    doing: Doing
    until: datetime
    left: int = TRIES
    account_id: str | None = None
    used_for: str | None = None
    used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it is of no use any more: too old, guessed at too often, or used."""
        return now >= self.until or self.left <= 0 or self.used_for is not None

    def is_said_again(self, now: datetime) -> bool:
        """Whether it was used a moment ago: whoever sends the same form twice is one person."""
        return self.used_at is not None and now < self.used_at + SAME_AGAIN


def free_at(asked: Sequence[datetime], now: datetime,
            windows: Sequence[tuple[int, timedelta]] = PER_NUMBER) -> datetime:
    """When the next one may be asked for: now, or when the fullest window lets go of one. `asked`
    are the earlier moments, the oldest first."""
    moments = [now]
    for most, within in windows:
        if len(asked) >= most:
            moments.append(asked[-most] + within)
    return max(moments)
