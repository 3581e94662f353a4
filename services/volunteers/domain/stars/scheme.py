"""A scheme of stars: which hours, tenure and quality a tier wants, and from which day (C-24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Tier:
    """What one tier wants. `quality` is the least share of good ratings in percent; None: not
    asked for. `tenure_days` count from the first credited session."""

    stars: int
    hours: int
    tenure_days: int = 0
    quality: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """The tiers that hold from a day on, fewest stars first."""

    valid_from: date
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, kw_only=True)
class Merits:
    """What a person has to show: effective minutes, the day of the first credited session, and the
    share of good ratings in percent, None where there are none."""

    minutes: int = 0
    since: date | None = None
    quality: float | None = None


def scheme_on(schemes: Sequence[Scheme], day: date) -> Scheme | None:
    """The scheme that holds on a day; None before the first one."""
    valid = [scheme for scheme in schemes if scheme.valid_from <= day]
    return max(valid, key=lambda scheme: scheme.valid_from, default=None)


def deserved(scheme: Scheme, merits: Merits, today: date) -> int:
    """The stars of the highest tier that hours, tenure and quality all reach; 0 for none.

    Exact in minutes: 99 h 59 min is not one star. Ratings that do not exist fulfil no quality
    rule.
    """
    return max((tier.stars for tier in scheme.tiers if _reached(tier, merits, today)), default=0)


def by_hours(scheme: Scheme, minutes: int) -> int:
    """The stars that the hours alone reach: what a reversal is weighed by."""
    return max((tier.stars for tier in scheme.tiers if _served(tier, minutes)), default=0)


def next_tier(scheme: Scheme, stars: int) -> Tier | None:
    """The tier above so many stars; None at the top."""
    return next((tier for tier in scheme.tiers if tier.stars > stars), None)


def _reached(tier: Tier, merits: Merits, today: date) -> bool:
    if not _served(tier, merits.minutes) or merits.since is None:
        return False
    if (today - merits.since).days < tier.tenure_days:
        return False
    return tier.quality is None or (
        merits.quality is not None and merits.quality >= tier.quality
    )


def _served(tier: Tier, minutes: int) -> bool:
    return minutes >= tier.hours * MINUTES_OF_AN_HOUR
