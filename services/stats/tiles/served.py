"""服务对象人次: only what organisers reported, so it is called 统计上报值 (C-43)."""

from __future__ import annotations

from functools import partial

from services.stats.tiles import Tile
from services.stats.tiles.parts import headline

TILE = Tile(key="served", title="服务对象", place=104, width=3, template="headline.html",
            show=partial(headline, name="served_reported", unit="人次", note="统计上报值"))
