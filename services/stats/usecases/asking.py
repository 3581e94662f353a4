"""Questions: the figures of a scope."""

from __future__ import annotations

from datetime import date

from kernel.clock import local_day
from services.stats.domain.figures import Figures, Scope, figures, select, tally
from services.stats.usecases.application import Stats


def today(app: Stats) -> date:
    """The day it is in Asia/Shanghai."""
    return local_day(app.clock())


def figures_of(app: Stats, scope: Scope) -> Figures:
    """Exact as of what has been folded when asked."""
    rows = app.store.days.up_to(app.store.progress.now())
    return figures(tally(select(rows, app.store.programmes.all(), scope)))
