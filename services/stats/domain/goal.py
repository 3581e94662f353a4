"""A goal of a programme's year, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from services.stats.domain.counted import Counted
from services.stats.domain.figures import Figure, Scope


@dataclass(frozen=True, kw_only=True)
class Goal:
    """`alerts` are per cents of the target, ascending; each is told once when it is reached."""

    year: int
    programme: str
    figure: str
    target: int
    alerts: tuple[int, ...] = (100,)

    @property
    def key(self) -> str:
        return f"{self.year}.{self.programme}.{self.figure}"

    def scope(self, today: date) -> Scope:
        """The year so far; the whole of it when it is over."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        return Scope(since=first, as_of=max(first, min(today, last)), programme=self.programme)

    def reached(self, value: Figure) -> tuple[int, ...]:
        """The alerts at or below what was reached; exact, nothing is rounded up to one."""
        done = Decimal(str(value or 0)) * 100
        return tuple(alert for alert in self.alerts if done >= alert * self.target)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A goal with its value (None: nothing reported yet, or withheld) and the per cents reached.

    `percent` has one decimal and is never more than there is: 99.96 is 99.9.
    """

    goal: Goal
    value: Figure
    as_of: date
    reached: tuple[int, ...]

    @property
    def percent(self) -> float | None:
        if self.value is None:
            return None
        exact = Decimal(str(self.value)) * 100 / self.goal.target
        return float(exact.quantize(Decimal("0.1"), ROUND_DOWN))


def standing(counted: Counted, goal: Goal, day: date) -> Standing:
    """How far it has come on a day."""
    scope = goal.scope(day)
    value = counted.figures(scope)[goal.figure]
    return Standing(goal=goal, value=value, as_of=scope.as_of, reached=goal.reached(value))


def latest(goals: Iterable[Goal], year: int) -> list[Goal]:
    """The goals of the year, or of the last year before it that has any."""
    past = [goal for goal in goals if goal.year <= year]
    last = max((goal.year for goal in past), default=year)
    return [goal for goal in past if goal.year == last]
