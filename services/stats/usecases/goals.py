"""Goals: how far each has come, and the alerts that are told once."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.stats_goals import GoalReached
from kernel.transaction import Transaction
from services.stats.domain.goal import Goal, Standing, standing
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted, today


def standings(app: Stats, goals: Iterable[Goal]) -> list[Standing]:
    """Each goal with what everybody may see of its figure: of a confidential programme that is
    whole months, so an alert tells no more than the figures do."""
    found, day = counted(app), today(app)
    return [standing(found, goal, day) for goal in goals]


def tell_reached(app: Stats) -> list[GoalReached]:
    """Tells what was reached and not told yet. Safe to repeat and in any number of processes: what
    was told is kept in the transaction of the telling. Raises Unavailable."""
    return [
        fact for one in standings(app, app.goals) for percent in one.reached
        if (fact := _fact(one, percent)) and _tell(app, fact)
    ]


def _tell(app: Stats, fact: GoalReached) -> bool:
    def work(within: Transaction) -> bool:
        is_new = app.store.goals.keep(f"{fact.goal}.{fact.target}.{fact.percent}", within=within)
        if is_new:
            within.emit(fact)
        return is_new

    return app.transactions.run(work)


def _fact(found: Standing, percent: int) -> GoalReached:
    goal = found.goal
    return GoalReached(goal=goal.key, year=goal.year, programme=goal.programme,
                       figure=goal.figure, target=goal.target, percent=percent,
                       value=int(found.value or 0), as_of=found.as_of)
