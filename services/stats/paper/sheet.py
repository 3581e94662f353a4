"""A published brief as tables of a sheet: sentences, exact figures, differences, origin."""

from __future__ import annotations

from kernel.sheets.cells import Table
from services.stats.domain.edition import Edition
from services.stats.paper.rows import Titles, changed, exact, origin, said


def tables(edition: Edition, titles: Titles) -> list[Table]:
    """One table per sheet; values are exact, as they were signed."""
    changes = list(changed(edition, titles))
    return [
        Table(name="简报", columns=[("句", 6), ("内容", 90)], rows=list(said(edition))),
        Table(name="数字", columns=[("句", 6), ("关于", 34), ("数字", 28), ("准确值", 16),
                                     ("说明", 36)],
              rows=list(exact(edition, titles))),
        *([Table(name="修订", columns=[("句", 6), ("关于", 34), ("数字", 28), ("修订前", 16),
                                     ("修订后", 16)], rows=changes)] if changes else []),
        Table(name="来源", columns=[("项", 12), ("内容", 80)], rows=list(origin(edition, titles))),
    ]
