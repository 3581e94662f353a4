"""Where: the attendances on site by street, on a schematic map of the district and as bars.

The map is a sketch of our own (which street lies where, no borders); it shades by share and says
no figure that the bars do not say.
"""

from __future__ import annotations

from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values
from services.stats.tiles.parts import bars

# outline and place of the name in a box of 240 × 200, north above
SHAPES = {
    "葵涌": ("M14 40 56 14 116 18 152 44 140 78 104 88 68 76 30 74Z", (84, 56)),
    "大鹏": ("M158 46 200 36 228 60 220 94 182 106 150 114 122 98 146 80Z", (176, 80)),
    "南澳": ("M150 122 184 114 206 130 216 160 192 188 150 190 120 172 112 148 128 130Z",
             (164, 160)),
}
_FAINTEST, _STRONGEST = 0.06, 0.34  # of the accent: a name on it stays readable


def show(board: Board) -> Values:
    rows = bars(board.by_street, "attendances_onsite", "人次")
    return {"bars": rows, "map": _regions({row["label"]: row["percent"] for row in rows}),
            "by": "street", "name": "attendances_onsite"}


def _regions(percents: dict[str, float]) -> list[dict[str, object]]:
    return [
        {
            "name": name, "outline": outline, "x": x, "y": y,
            "shade": round(_FAINTEST + (_STRONGEST - _FAINTEST) * percents.get(name, 0) / 100, 3),
        }
        for name, (outline, (x, y)) in SHAPES.items()
    ]


TILE = Tile(key="streets", title="到场人次 · 按街道", place=202, width=3, template="streets.html",
            show=show)
