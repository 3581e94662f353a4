"""场次: sessions that were held and closed."""

from __future__ import annotations

from functools import partial

from services.stats.tiles import Tile
from services.stats.tiles.parts import headline

TILE = Tile(key="sessions", title="活动场次", place=105, width=2, template="headline.html",
            show=partial(headline, name="sessions", unit="场", note="已结束的场次"))
