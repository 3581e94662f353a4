"""How long a failing receiver is waited for: delays of a fact, of a whole receiver, and an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

# The example of Standard Webhooks: the last try is three days and three hours after the first.
DELAYS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)  # seconds
PROBES = (5, 60, 300, 900, 1800, 3600)  # between two tries of a receiver that seems dead; the last
# again and again: who comes back is at most an hour late
PATIENCE = timedelta(days=3)
LONGEST_WISH = timedelta(days=1)  # of a Retry-After
DEAD_AFTER = 5  # different facts that failed in a row
AWAY_AFTER = timedelta(minutes=1)
JITTER = 0.2

Ending = Literal["waits", "given_up", "paused"]


def delay(tries: int, chance: float, steps: tuple[int, ...] = DELAYS) -> timedelta:
    """After so many failures (1, 2, 3 …), longer by up to a fifth; `chance` is from 0 to 1."""
    seconds = steps[min(tries, len(steps)) - 1]
    return timedelta(seconds=seconds * (1 + JITTER * chance))


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a receiver is: different facts that failed since the last success (`strikes`), tries
    since it seems dead (`probes`), since when it fails, until when nothing is called."""

    strikes: int = 0
    probes: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    succeeded_at: datetime | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it seems dead as a whole, so that one fact after another is not tried."""
        return self.strikes >= DEAD_AFTER

    def was_away(self, now: datetime) -> bool:
        """Whether a success now says that it is back, so that whatever failed may be tried."""
        failed_long = self.failing_since is not None and now - self.failing_since >= AWAY_AFTER
        return self.is_silent or failed_long

    def rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until

    def well(self, now: datetime) -> Health:
        return Health(succeeded_at=now)

    def ill(self, now: datetime, *, first: bool, chance: float,
            wish: timedelta | None) -> Health:
        """After a failure; `first` when this fact had not failed before, `wish` is what the
        receiver asked for (Retry-After), which holds for all of it."""
        strikes = self.strikes + first
        probes = self.probes + (strikes >= DEAD_AFTER)
        rest = delay(probes, chance, PROBES) if probes else timedelta()
        rest = max(rest, min(wish or rest, LONGEST_WISH))
        return replace(self, strikes=strikes, probes=probes,
                       failing_since=self.failing_since or now,
                       rests_until=now + rest if rest else None)

    def is_dead(self, now: datetime) -> bool:
        """Whether not one call succeeded in three days."""
        return self.failing_since is not None and now - self.failing_since >= PATIENCE

    def gives_up(self, since: datetime, now: datetime) -> bool:
        """Whether a fact that has failed since then is to be given up: others succeeded."""
        is_over = now - since >= PATIENCE
        return is_over and self.succeeded_at is not None and self.succeeded_at > since
