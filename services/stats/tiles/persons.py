"""人数: distinct persons; each is counted once however often they came (C-42, C-45)."""

from __future__ import annotations

from functools import partial

from services.stats.tiles import Tile
from services.stats.tiles.parts import headline

TILE = Tile(key="persons", title="参与人数", place=102, width=2, template="headline.html",
            show=partial(headline, name="persons", unit="人", note="同一人只计一次"))
