"""Which provider a message leaves by: weights, breakers, probes and the way back (N-9, N-10).

Pure: the state of a route and what was counted come in, the next state goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.outcome import NoAnswer, NotReached, Outcome, Refused

State = Literal["closed", "open", "probing"]
Judged = Literal["answered", "failed", "down"]
FIRST_SHARE = 0.1  # of its weight, that a provider gets when it comes back


@dataclass(frozen=True, kw_only=True)
class Policy:
    """When a breaker opens, and how a provider comes back; all of it configuration.

    Errors: `failures` or more calls within `window` failed, and no less than the share `failing`.
    Slow: of at least `slow_least` calls more than one in twenty (p95) took longer than `slow`.
    Receipts: of at least `receipts_least` messages that are older than `matured` (and no older than
    `receipts_window` more) less than the share `receipts` has one.
    """

    window: timedelta = timedelta(minutes=1)
    failures: int = 5
    failing: float = 0.5
    slow: timedelta = timedelta(seconds=4)
    slow_least: int = 20
    matured: timedelta = timedelta(minutes=10)
    receipts_window: timedelta = timedelta(minutes=30)
    receipts_least: int = 20
    receipts: float = 0.3
    pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=10)
    probes: int = 3
    probe_within: timedelta = timedelta(seconds=15)
    return_within: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What was counted of one provider's calls in some time."""

    calls: int = 0
    failures: int = 0
    slow: int = 0
    accepted: int = 0
    reported: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{name: value + vars(other)[name] for name, value in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Route:
    """One provider as all workers see it.

    `weight` is its share at rest; `since` when it came to be in this state; `until`: while open,
    no probe before; while probing, when that probe is given up. `openings` in a row make pauses
    longer; `passed` counts probes in a row that were answered; `reason` is why it was last opened.
    """

    name: str
    weight: float
    state: State = "closed"
    since: datetime | None = None
    until: datetime | None = None
    reason: str | None = None
    openings: int = 0
    passed: int = 0


def pick(weights: Mapping[str, float], draw: float) -> str | None:
    """The provider on which a draw from [0, 1) falls; None when no provider has a weight."""
    place = draw * sum(weights.values())
    chosen = None
    for name, weight in weights.items():
        if weight <= 0:
            continue
        chosen = name
        place -= weight
        if place < 0:
            break
    return chosen


def judged(outcome: Outcome) -> Judged:
    """What an outcome says of the provider: a refusal of this one message is an answer."""
    match outcome:
        case Refused(verdict="provider_down"):
            return "down"
        case NotReached() | NoAnswer() | Refused(verdict="ambiguous"):
            return "failed"
    return "answered"


def share(route: Route, now: datetime, policy: Policy) -> float:
    """The weight by which it is chosen now: none unless closed, and after a fault little at first,
    growing to its weight at rest. Missing receipts show late, so then it stays little for long."""
    if route.state != "closed":
        return 0.0
    if route.openings == 0 or route.since is None:
        return route.weight
    begins = route.since + (policy.matured if route.reason == "receipts" else timedelta())
    grown = max(0.0, (now - begins) / policy.return_within)
    return route.weight * min(1.0, FIRST_SHARE + (1 - FIRST_SHARE) * grown)


def fault_in(tally: Tally, policy: Policy) -> str | None:
    """Why the calls of the window speak against the provider: `errors`, `slow`, or nothing."""
    if tally.failures >= policy.failures and tally.failures >= policy.failing * tally.calls:
        return "errors"
    if tally.calls >= policy.slow_least and tally.slow * 20 > tally.calls:
        return "slow"
    return None


def counted_since(route: Route, since: datetime) -> datetime:
    """From when calls count: what was before it came back counts no more."""
    return max(since, route.since) if route.since else since


def is_silent(tally: Tally, policy: Policy) -> bool:
    """Whether too few of the matured messages have a receipt."""
    if tally.accepted < policy.receipts_least:
        return False
    return tally.reported < policy.receipts * tally.accepted


def opened(route: Route, reason: str, now: datetime, policy: Policy) -> Route:
    """No more messages for a pause, which doubles with each opening soon after the last."""
    steady = route.state == "closed" and (
        route.since is None or now - route.since > policy.return_within
    )
    openings = 1 if steady else route.openings + 1
    pause = min(policy.pause * 2 ** min(openings - 1, 16), policy.longest_pause)
    return replace(route, state="open", since=now, until=now + pause, reason=reason,
                   openings=openings, passed=0)


def may_probe(route: Route, now: datetime) -> bool:
    """Whether one message may try it: its pause, or the time for the last probe, is over."""
    return route.state != "closed" and route.weight > 0 and (
        route.until is None or route.until <= now
    )


def probing(route: Route, now: datetime, policy: Policy) -> Route:
    """One message is on its way to try it; nobody else tries meanwhile."""
    return replace(route, state="probing", since=now, until=now + policy.probe_within)


def after_probe(route: Route, judgement: Judged, now: datetime, policy: Policy) -> Route:
    """Closed after enough answered probes in a row; at the first that fails, open for longer."""
    if judgement != "answered":
        return opened(route, route.reason or "errors", now, policy)
    passed = route.passed + 1
    if passed < policy.probes:
        return replace(route, state="open", since=now, until=now, passed=passed)
    return replace(route, state="closed", since=now, until=None, passed=0)
