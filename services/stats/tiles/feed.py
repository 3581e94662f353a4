"""What just happened, line by line, without a name or a number of anybody."""

from __future__ import annotations

from typing import Any

from kernel.clock import local_day
from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.feed import Happening
from services.stats.tiles import Tile, Values


def show(board: Board) -> Values:
    return {"lines": [_line(line, board) for line in board.feed],
            "signups": words.written(board.today.get("signups", 0))}


def _line(line: Happening, board: Board) -> dict[str, Any]:
    today = local_day(board.now)
    programme = board.programmes.get(line.programme)
    title = line.title or (programme.title if programme else line.programme)
    where = [line.street] if line.street else []
    if line.starts_at:
        where.append(words.clock_time(line.starts_at, today=today))
    return {"key": line.key, "at": words.clock_time(line.at, today=today),
            "is_warning": line.is_warning,
            "text": " · ".join([f"{title} {line.what}", *where])}


TILE = Tile(key="feed", title="实时动态", place=303, width=3, template="feed.html", show=show,
            now=True)
