"""A published brief as tables of a sheet: sentences, exact figures, differences, origin."""

from __future__ import annotations

from kernel.sheets.cells import Cell, Table
from services.stats.domain.edition import Edition
from services.stats.domain.figures import Figure
from services.stats.paper.rows import Titles, changed, exact, origin, said


def tables(edition: Edition, titles: Titles) -> list[Table]:
    """One table per sheet; values are exact, as they were signed."""
    changes = [(place, about, name, _cell(before), _cell(after))
               for place, about, name, before, after in changed(edition, titles)]
    return [
        Table(name="简报", columns=[("句", 6), ("内容", 90)], rows=list(said(edition))),
        Table(name="数字", columns=[("句", 6), ("关于", 22), ("数字", 28), ("准确值", 16),
                                     ("说明", 34)],
              rows=[(place, about, name, _cell(value), note)
                    for place, about, name, value, note in exact(edition, titles)]),
        *([Table(name="修订", columns=[("句", 6), ("关于", 22), ("数字", 28), ("修订前", 16),
                                     ("修订后", 16)], rows=changes)] if changes else []),
        Table(name="来源", columns=[("项", 12), ("内容", 80)], rows=list(origin(edition, titles))),
    ]


def _cell(value: Figure) -> Cell:
    """Counts as counts; hours may have decimals, which a cell of ours holds as text."""
    return value if value is None or isinstance(value, int) else f"{value}"
