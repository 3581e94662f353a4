"""The dashboard: how a tile becomes HTML, for the page and for the live stream alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.clock import local_day
from kernel.pages import Pages
from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.figures import Scope
from services.stats.tiles import all_tiles
from services.stats.web.opening import no_way, ways

WEB = Path(__file__).parent
PAGES = Pages(WEB)


def fragments(board: Board, *, opens: bool = False) -> dict[str, dict[str, Any]]:
    """What is inside each tile: its `values` for scripts, exact, and its `html` for pages, in which
    each figure leads to what it was added up from where the reader may open it."""
    shown, way = {}, ways(board.scope, board.programmes) if opens else no_way
    for tile in all_tiles():
        values = tile.show(board)
        html = PAGES.text(f"tiles/{tile.template}", key=tile.key, way=way, **values)
        shown[tile.key] = {"values": _plain(values), "html": html}
    return shown


def dashboard(board: Board, *, live: bool, theme: str = "dark", opens: bool = False) -> Response:
    """The page with every figure in it, `theme` dark or light; without scripts it stands still,
    and says as of when."""
    today = local_day(board.now)
    tiles = [tile for tile in all_tiles() if live or not tile.now]
    return PAGES.render(
        "dashboard.html", tiles=tiles, fragments=fragments(board, opens=opens), live=live,
        period=_period(board.scope, whole=live), now=words.clock_time(board.now, today=today),
        now_iso=board.now.isoformat(), scope=board.scope, today=today, theme=theme,
        light=_address(board.scope, live, "light"), dark=_address(board.scope, live, "dark"),
    )


def _plain(value: Any) -> Any:
    """As JSON can say it: a written figure as its exact value."""
    if isinstance(value, words.Written):
        return value.value
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _period(scope: Scope, *, whole: bool) -> str:
    if whole:
        return "累计"
    until = f"截至{words.day(scope.as_of)}"
    return f"{words.day(scope.since)}起，{until}" if scope.since else until


def _address(scope: Scope, live: bool, theme: str) -> str:
    """The same wall in a theme."""
    asked = {"theme": theme} if theme == "light" else {}
    if not live:
        asked |= {"as_of": scope.as_of.isoformat()}
        asked |= {"from": scope.since.isoformat()} if scope.since else {}
    return f"/?{urlencode(asked)}" if asked else "/"
