"""目标进度: how far the goals of programmes for a year have come; a dash where there is none.

Those that are furthest from their target stand here; all of them are on the page of figures.
"""

from __future__ import annotations

from typing import Any

from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.goal import Standing
from services.stats.tiles import Tile, Values

SHOWN = 2  # with what is said below them, as much as the wall has room for


def show(board: Board) -> Values:
    rows = [_row(one, board) for one in sorted(board.goals, key=_order)]
    without = board.programmes.keys() - {one.goal.programme for one in board.goals}
    return {"year": rows[0]["year"] if rows else None, "goals": rows[:SHOWN],
            "more": len(rows[SHOWN:]), "without": len(without)}


def _order(one: Standing) -> tuple[bool, float]:
    """What was never reported comes last."""
    return one.percent is None, one.percent or 0


def _row(one: Standing, board: Board) -> dict[str, Any]:
    goal, percent = one.goal, one.percent
    programme = board.programmes.get(goal.programme)
    return {
        "key": goal.key, "year": str(goal.year), "programme": goal.programme, "name": goal.figure,
        "title": programme.title if programme else goal.programme,
        "what": words.FIGURES[goal.figure],
        "figure": words.written(one.value), "target": words.written(goal.target),
        "percent": words.NOTHING if percent is None else f"{percent:g}%",
        "full": min(percent or 0, 100), "reached": (percent or 0) >= 100,
    }


TILE = Tile(key="goals", title="目标进度", place=204, width=2, template="goals.html", show=show)
