"""What several tiles show alike: a headline figure, bars of parts. No tile of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.change import change_of
from services.stats.domain.figures import Figure, Figures

_SPARK = (120, 28)  # width and height of a spark line's box


def headline(board: Board, name: str, unit: str, *, note: str = "") -> dict[str, Any]:
    """A figure with its unit, the last two months, and a spark line of the months."""
    left_out = ["另有保密部分"] if name in board.total.partial else []
    return {
        "name": name, "figure": words.written(board.total[name]), "unit": unit,
        "note": " · ".join([*([note] if note else []), *left_out]),
        "withheld": name in board.total.suppressed,
        "recent": _recent(board, name), "spark": spark(
            [figures[name] for figures in board.by_month.values()]
        ),
    }


def _recent(board: Board, name: str) -> dict[str, str] | None:
    """The latest month with the one before it (C-46)."""
    months = list(board.by_month.items())[-2:]
    if len(months) < 2:
        return None
    (earlier, before), (latest, now) = months
    was = int(latest[5:]) - 1 or 12
    return {
        "key": latest, "was_key": earlier,
        "month": f"{int(latest[5:])}月", "now": words.written(now[name]).exact,
        "was": f"{was}月", "before": words.written(before[name]).exact,
        "change": change_of(now[name], before[name]).shown,
    }


def spark(values: list[Figure]) -> str:
    """The points of a line from zero to the largest value; empty when there are too few."""
    known = [float(value or 0) for value in values]
    if len(known) < 2 or not max(known):
        return ""
    width, height = _SPARK
    step = width / (len(known) - 1)
    points = (f"{index * step:.1f},{height - 2 - value / max(known) * (height - 4):.1f}"
              for index, value in enumerate(known))
    return " ".join(points)


def bars(parts: Mapping[str, Figures], name: str, unit: str) -> list[dict[str, Any]]:
    """The parts as bars from zero, the largest first; a part without the figure has no bar."""
    most = max((figures[name] or 0 for figures in parts.values()), default=0)
    rows = [
        {
            "label": label, "figure": words.written(figures[name]), "unit": unit,
            "withheld": name in figures.suppressed,
            "percent": round((figures[name] or 0) / most * 100, 1) if most else 0,
        }
        for label, figures in parts.items()
    ]
    return sorted(rows, key=lambda row: row["percent"], reverse=True)
