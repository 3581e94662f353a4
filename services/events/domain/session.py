"""One date of an activity (场次) and its places: what is taken, who could still come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.events.domain.terms import Needs, Pool, SeatKind, Terms

DRAWN_BEFORE = timedelta(minutes=5)
ANY = "*"  # the way in which a line of those who need no special pool is called


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session with its places.

    `taken` counts persons with a place, `waiting` parties in line (`waiting_in`: by the pools they
    need), `arrivals` every party that ever got a place or stood in line. `line_paused`: places
    came free at an hour at which nobody is asked, so they are kept for the line. `version` counts
    changes of any of these, `revision` changes of time and place that people were told.
    """

    session_id: str
    activity_id: str
    programme: str
    kind: str
    title: str
    place: str
    street: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int
    confidential: bool = False
    terms: Terms = field(default_factory=Terms)
    pools: tuple[Pool, ...] = ()
    seats: tuple[SeatKind, ...] = ()
    taken: int = 0
    waiting: int = 0
    waiting_in: Mapping[str, int] = field(default_factory=dict)
    arrivals: int = 0
    line_paused: bool = False
    version: int = 0
    revision: int = 0
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    drawn_at: datetime | None = None

    @property
    def left(self) -> int:
        """Places without anybody on them, whoever they are kept for."""
        return max(self.capacity - self.taken, 0)

    @property
    def places_left(self) -> int:
        """Places a newcomer could still get: none while anybody waits, unless for a full pool."""
        return self.left if not self.waiting or self._only_full_pools_are_waited_for() else 0

    @property
    def signup_ends_at(self) -> datetime:
        """Sign-up ends when the session starts, or before where the activity says so.

        Places that are drawn are drawn a little before the start at the latest.
        """
        latest = self.starts_at - DRAWN_BEFORE if self.terms.mode == "draw" else self.starts_at
        return min(self.closes_at, latest) if self.closes_at else latest

    @property
    def line_closes_at(self) -> datetime:
        """From then on nobody is offered a place; at once given places move until the start."""
        if self.terms.promotion == "automatic":
            return self.starts_at
        return self.starts_at - timedelta(minutes=self.terms.line_closes_minutes)

    @property
    def is_over(self) -> bool:
        return self.closed_at is not None or self.cancelled_at is not None

    def needs(self, seats: Sequence[str]) -> Needs:
        """How many places of which pool these seats draw on."""
        pools = {each.key: each.pool for each in self.seats}
        return Counter(pool for seat in seats if (pool := pools.get(seat)))

    def fits(self, size: int, needs: Needs) -> bool:
        return size <= self.left and not self.lacking(needs)

    def lacking(self, needs: Needs) -> set[str]:
        """Which of the pools have not so many places left."""
        return {pool.key for pool in self.pools if needs.get(pool.key, 0) > max(pool.left, 0)}

    def full_pools(self) -> set[str]:
        return {pool.key for pool in self.pools if pool.left <= 0}

    def may_enter(self, size: int, needs: Needs) -> bool:
        """Whether a newcomer gets places now: they fit, and nobody in line could take them."""
        if not self.fits(size, needs):
            return False
        if not self.waiting:
            return True
        if self.line_paused:
            return False
        return self.terms.smaller_may_pass or self._only_full_pools_are_waited_for()

    def seated(self, size: int, needs: Needs) -> Session:
        """With so many more on its places (fewer, when `size` is negative)."""
        sign = -1 if size < 0 else 1
        pools = tuple(
            replace(pool, taken=pool.taken + sign * needs.get(pool.key, 0)) for pool in self.pools
        )
        return replace(self, taken=self.taken + size, pools=pools)

    def queued(self, needs: Needs, parties: int = 1) -> Session:
        """With one more party in line (one less, when `parties` is -1)."""
        name = line_name(needs)
        waiting_in = dict(self.waiting_in)
        waiting_in[name] = waiting_in.get(name, 0) + parties
        waiting_in = {each: count for each, count in waiting_in.items() if count}
        return replace(self, waiting=self.waiting + parties, waiting_in=waiting_in)

    def _only_full_pools_are_waited_for(self) -> bool:
        full = self.full_pools()
        stuck = sum(
            count for name, count in self.waiting_in.items() if full & set(name.split("+"))
        )
        return not self.line_paused and stuck == self.waiting


def line_name(needs: Needs) -> str:
    """How those are counted who need exactly these pools."""
    return "+".join(sorted(needs)) or ANY
