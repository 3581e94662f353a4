"""The headline figures as gauges for monitoring: what everybody may see, and how fresh it is."""

from __future__ import annotations

from math import nan

from kernel import metrics
from services.stats.domain.figures import NAMES, Scope
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of, position, today
from services.stats.usecases.goals import standings


def gauge(app: Stats) -> None:
    """Sets `xiangxin_figure`, `xiangxin_goal_percent` and when the latest fact was told. What was
    never reported is NaN, never 0. Raises Unavailable."""
    found = figures_of(app, Scope(as_of=today(app)))
    for name in NAMES:
        value = found[name]
        metrics.gauge("xiangxin_figure", nan if value is None else value, figure=name)
    for standing in standings(app, app.goals):
        percent = standing.percent
        metrics.gauge("xiangxin_goal_percent", nan if percent is None else percent,
                      goal=standing.goal.key)
    told_at = position(app).told_at
    metrics.gauge("xiangxin_figures_told_timestamp_seconds",
                  told_at.timestamp() if told_at else nan)
