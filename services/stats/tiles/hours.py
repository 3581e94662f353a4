"""服务时长: hours credited, rounded once after adding (C-02)."""

from __future__ import annotations

from services.stats.domain.board import Board
from services.stats.domain.figures import fixed_minutes
from services.stats.tiles import Tile, Values
from services.stats.tiles.parts import headline


def show(board: Board) -> Values:
    fixed = [board.programmes[key].title if key in board.programmes else key
             for key, figures in board.by_programme.items() if fixed_minutes(figures)]
    note = f"{len(fixed)} 个项目按固定时长计，待复核" if fixed else ""
    return headline(board, "hours", "小时", note=note)


TILE = Tile(key="hours", title="服务时长", place=103, width=2, template="headline.html", show=show)
