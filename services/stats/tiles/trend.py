"""The trend: people on site by month."""

from __future__ import annotations

from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values


def show(board: Board) -> Values:
    labels = [words.month(name) for name in board.by_month]
    counts = [figures["attendances_onsite"] for figures in board.by_month.values()]
    months = [
        {"name": name, "label": label, "figure": words.written(count)}
        for name, label, count in zip(board.by_month, labels, counts, strict=True)
    ]
    chart = {"unit": "人次", "labels": labels, "values": counts}
    return {"months": months, "chart": chart, "unit": "人次", "name": "attendances_onsite"}


TILE = Tile(key="trend", title="到场人次 · 按月", place=201, width=3, template="trend.html",
            show=show)
