"""The tiles of the board, one file each: `TILE` says where it stands and what it shows.

A tile turns the board into plain values; its template, one of `web/tiles/`, turns these into HTML.
The page and the live stream show the same, so a tile is written once. To add one, add a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from services.stats.domain.board import Board

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """`place` is its row (1xx headline figures, 2xx and 3xx what they are made of and what happens
    now) and its order in it; `width` is of twelve columns; `show` is pure; `now` says
    that it has no meaning for a period of the past."""

    key: str
    title: str
    place: int
    width: int
    template: str
    show: Callable[[Board], Values]
    now: bool = False

    @property
    def row(self) -> int:
        return self.place // 100


@cache
def all_tiles() -> tuple[Tile, ...]:
    """Every tile in this folder, in its place."""
    found = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    tiles = [module.TILE for module in found if hasattr(module, "TILE")]
    return tuple(sorted(tiles, key=lambda tile: tile.place))
