"""人次: attendances, on-site and online told apart (C-42)."""

from __future__ import annotations

from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values
from services.stats.tiles.parts import headline


def show(board: Board) -> Values:
    online = board.total["audience_online"]
    onsite = words.written(board.total["attendances_onsite"])
    note = f"到场 {onsite.exact} · 线上 {words.written(online).exact}" if online else ""
    return headline(board, "attendances", "人次", note=note)


TILE = Tile(key="attendances", title="参与人次", place=101, width=3, template="headline.html",
            show=show)
