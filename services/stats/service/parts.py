"""The service put together, once per process."""

from __future__ import annotations

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from services.stats import goals
from services.stats.briefs import load
from services.stats.settings import StatsSettings
from services.stats.store import Store
from services.stats.usecases.application import Stats


def build(settings: StatsSettings) -> Stats:
    """The service on its own database; waits for nothing. Raises BriefFault, GoalsFault."""
    database = open_database(settings, "stats")
    return Stats(
        transactions=Transactions(database, source="/xiangxin/stats", clock=system_clock),
        store=Store.on(database), templates=load(), clock=system_clock,
        smallest_shown=settings.smallest_shown, figures_max_age=settings.figures_max_age,
        goals=goals.load(settings.goals_dir), briefs_watched=settings.briefs_watched,
        expected=settings.expected(),
    )
