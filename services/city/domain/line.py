"""The line before one receiver: how far it is, what failed, and what waits behind that.

Facts come in the order of their positions. One that fails holds back the later ones of its
subject and nobody else's; too many held, or a receiver that seems dead, and the line reads on no
further. Whatever is told twice to it is told in the order of the subject when it is told first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.city.domain.patience import Ending, Health, delay

MOST_WAITING = 500


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A fact by its position that failed, or stands behind one of its subject (`at` is None)."""

    position: int
    subject: str
    tries: int = 0
    since: datetime | None = None
    at: datetime | None = None


@dataclass(kw_only=True)
class Line:
    """All facts up to `cursor` were taken: they arrived, were given up, or wait here."""

    cursor: int
    health: Health = field(default_factory=Health)
    waiting: dict[int, Waiting] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: int, health: Health, waiting: Iterable[Waiting]) -> Line:
        return cls(cursor=cursor, health=health,
                   waiting={each.position: each for each in waiting})

    def heads(self) -> Iterator[Waiting]:
        """The first that waits of each subject, in order."""
        seen: set[str] = set()
        for position in sorted(self.waiting):
            each = self.waiting[position]
            if each.subject not in seen:
                seen.add(each.subject)
                yield each

    def due(self, now: datetime) -> int | None:
        """The waiting fact to be called now: one that is due; of a receiver that seems dead the
        first of all, to see whether it lives."""
        if self.health.rests(now):
            return None
        return next((each.position for each in self.heads()
                     if self.health.is_silent or (each.at is not None and each.at <= now)), None)

    def reads_on(self, now: datetime) -> bool:
        """Whether facts behind the cursor may be called: not while something waits for a receiver
        that seems dead."""
        is_full = len(self.waiting) >= (1 if self.health.is_silent else MOST_WAITING)
        return not (self.health.rests(now) or is_full)

    def wakes_at(self, now: datetime) -> datetime | None:
        """When something that waits is to be called; None while nothing waits."""
        heads = list(self.heads())
        if not heads:
            return self.health.rests_until
        first = now if self.health.is_silent else min(each.at or now for each in heads)
        return max(first, self.health.rests_until or first)

    def takes(self, position: int, subject: str) -> bool:
        """Moves the cursor to the next fact. False: it waits behind one of its subject."""
        self.cursor = max(self.cursor, position)
        if all(each.subject != subject for each in self.waiting.values()):
            return True
        self.waiting.setdefault(position, Waiting(position=position, subject=subject))
        return False

    def passes(self, position: int) -> None:
        """Up to there nothing is meant for it."""
        self.cursor = max(self.cursor, position)

    def succeeded(self, position: int, now: datetime) -> None:
        """It arrived."""
        self.drop(position, now)
        self.arrived(now)

    def arrived(self, now: datetime) -> None:
        """Something did. If the receiver was away it is back: what waits for it is due."""
        was_away = self.health.was_away(now)
        self.health = self.health.well(now)
        if was_away:
            self._all_due(now)

    def failed(self, position: int, subject: str, now: datetime, *, chance: float,
               wish: timedelta | None = None) -> Ending:
        """It did not arrive, so it waits; or it is given up, after three days in which others
        arrived; or the receiver is to be paused, after three days in which nothing did."""
        old = self.waiting.get(position) or Waiting(position=position, subject=subject)
        since = old.since or now
        self.health = self.health.ill(now, first=old.tries == 0, chance=chance, wish=wish)
        if self.health.gives_up(since, now):
            self.drop(position, now)
            return "given_up"
        tries = old.tries + 1
        self.waiting[position] = replace(old, tries=tries, since=since,
                                         at=now + delay(tries, chance))
        return "paused" if self.health.is_dead(now) else "waits"

    def drop(self, position: int, now: datetime) -> None:
        """It waits no more; the next of its subject is due."""
        gone = self.waiting.pop(position, None)
        behind = sorted(key for key, each in self.waiting.items()
                        if gone and each.subject == gone.subject)
        if behind:
            self.waiting[behind[0]] = replace(self.waiting[behind[0]], at=now)

    def begin_anew(self, now: datetime) -> None:
        """Somebody says that the receiver works again: three days from now."""
        self.health = Health(succeeded_at=self.health.succeeded_at)
        self.waiting = {key: replace(each, tries=0, since=None)
                        for key, each in self.waiting.items()}
        self._all_due(now)

    def _all_due(self, now: datetime) -> None:
        for each in list(self.heads()):
            self.waiting[each.position] = replace(each, at=now)
