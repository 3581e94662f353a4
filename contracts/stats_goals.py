"""Facts told by the stats service about the goals (年度目标) of programmes."""

from __future__ import annotations

from datetime import date

from .event import Fact, fact


@fact("stats.goal_reached.v1", subject="goal/{goal}")
class GoalReached(Fact):
    """So many per cent of a programme's goal for a year were reached; each is told once, also when
    a correction takes the figure below it again. `value` is the open figure of that moment.

    一个项目的年度目标达到所定百分比；每档只通知一次。value 为当时的公开数字。
    """

    goal: str
    year: int
    programme: str
    figure: str
    target: int
    percent: int
    value: int
    as_of: date
