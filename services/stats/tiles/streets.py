"""How the attendances are made up by street."""

from __future__ import annotations

from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values
from services.stats.tiles.parts import bars


def show(board: Board) -> Values:
    return {"bars": bars(board.by_street, "attendances_onsite", "人次")}


TILE = Tile(key="streets", title="到场人次 · 按街道", place=202, width=3, template="bars.html",
            show=show)
