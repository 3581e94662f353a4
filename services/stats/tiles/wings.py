"""How the attendances are made up by wing (翼); people online are counted apart."""

from __future__ import annotations

from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values
from services.stats.tiles.parts import bars


def show(board: Board) -> Values:
    return {"bars": bars(board.by_wing, "attendances_onsite", "人次"), "by": "wing",
            "name": "attendances_onsite"}


TILE = Tile(key="wings", title="到场人次 · 按板块", place=203, width=2, template="bars.html",
            show=show)
