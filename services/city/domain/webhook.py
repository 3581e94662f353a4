"""A webhook: where a subscriber wants to be called, with which secrets, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.city.domain.patience import Ending, Health, delay

BOTH_FOR = timedelta(hours=24)  # how long the older secret signs as well
State = Literal["active", "paused"]


@dataclass(frozen=True, kw_only=True)
class Secret:
    """`sealed` by the vault; it signs until a moment, the newest without end."""

    sealed: bytes
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """`name` is the subscriber's. `why` says in words why it is paused; secrets newest first."""

    name: str
    url: str
    secrets: tuple[Secret, ...]
    set_at: datetime
    state: State = "active"
    why: str = ""

    def signing(self, now: datetime) -> tuple[Secret, ...]:
        """The secrets that sign now."""
        return tuple(each for each in self.secrets if each.until is None or each.until > now)

    def with_secret(self, sealed: bytes, now: datetime) -> Webhook:
        """A new one; the one before signs beside it for a day, older ones no more."""
        older = [replace(each, until=now + BOTH_FOR) for each in self.secrets if not each.until]
        return replace(self, secrets=(Secret(sealed=sealed), *older))

    def paused(self, why: str) -> Webhook:
        return replace(self, state="paused", why=why)

    def resumed(self) -> Webhook:
        return replace(self, state="active", why="")


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Facts to be brought once more: those of the patterns behind `after`, up to `to`.

    `after` moves on; `tries`, `since` and `at` are of the fact that failed there last.
    """

    replay_id: str
    name: str
    after: int
    to: int
    facts: tuple[str, ...]
    ordered_at: datetime
    tries: int = 0
    since: datetime | None = None
    at: datetime | None = None

    def gone_past(self, position: int) -> Replay:
        """The fact there arrived, or need not: on to the next."""
        return replace(self, after=position, tries=0, since=None, at=None)

    def failed(self, position: int, health: Health, now: datetime, *,
               chance: float) -> tuple[Ending, Replay]:
        """As a line takes a failure: the replay waits at this fact, or gives it up."""
        since, tries = self.since or now, self.tries + 1
        if health.gives_up(since, now):
            return "given_up", self.gone_past(position)
        waits = replace(self, tries=tries, since=since, at=now + delay(tries, chance))
        return ("paused" if health.is_dead(now) else "waits"), waits


@dataclass(frozen=True, kw_only=True)
class Ping:
    """A test call that was asked for; `ping_id` is its webhook-id."""

    ping_id: str
    name: str
    asked_at: datetime


Outcome = Literal["delivered", "failed", "given_up"]
Kind = Literal["fact", "replay", "ping"]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One call as the log keeps it: `headers` without the signature, `answer` the beginning of
    what came back, `error` in words when it was no success, `took` in seconds."""

    call_id: str
    name: str
    kind: Kind
    id: str
    key: str
    position: int
    url: str
    headers: dict[str, str]
    at: datetime
    took: float
    outcome: Outcome
    status: int = 0
    answer: str = ""
    error: str = ""
