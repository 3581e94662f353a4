"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kernel.clock import Clock, system_clock
from kernel.transaction import Transactions
from kernel.tries import Tries
from services.stats.domain.brief import Kind
from services.stats.domain.goal import Goal
from services.stats.domain.silence import Expected
from services.stats.store import Store
from services.stats.usecases.remembering import Remembered


@dataclass(frozen=True, kw_only=True, eq=False)
class Stats:
    """Where it keeps, what time it is, and the kinds of briefs; so many of the newest briefs are
    looked at again when figures moved. `smallest_shown` is the least number of people of a
    confidential programme that is told outside, `figures_max_age` the seconds for which callers
    may keep open figures, `expected` how often facts come."""

    transactions: Transactions
    store: Store
    templates: Mapping[str, Kind]
    clock: Clock = system_clock
    smallest_shown: int = 5
    figures_max_age: int = 5
    goals: Sequence[Goal] = ()
    briefs_watched: int = 12
    expected: Expected = field(default_factory=Expected)
    tries: Tries = field(default_factory=Tries)
    wall: Remembered = field(default_factory=Remembered)
