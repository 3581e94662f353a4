"""Questions: how far the folds are, and the figures of a scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kernel.clock import local_day
from services.stats.domain.counted import Counted
from services.stats.domain.day import DayRow
from services.stats.domain.figures import Figures, Scope
from services.stats.domain.programme import Programme
from services.stats.store.progress import Progress
from services.stats.usecases.application import Stats


def today(app: Stats) -> date:
    """The day it is in Asia/Shanghai."""
    return local_day(app.clock())


def position(app: Stats) -> Progress:
    """How far the folds are: what figures asked from now on rest on, or newer. `epoch` and
    `version` together name the state; a frozen figure is kept with them."""
    return app.store.progress.now()


def rows_of(app: Stats, progress: Progress) -> Sequence[DayRow]:
    """The day rows as of then, or newer."""
    return app.store.folds(progress.generation).days.up_to(progress)


def programmes_of(app: Stats) -> dict[str, Programme]:
    """The programmes as last published."""
    return app.store.folds(app.store.progress.now().generation).programmes.all()


def counted(app: Stats, rows: Sequence[DayRow] | None = None, *, exact: bool = False,
            progress: Progress | None = None) -> Counted:
    """All that has been folded when asked, or by this progress, or these rows; `exact` is for those
    who may see what is confidential, others get it by whole months of enough people."""
    progress = progress or app.store.progress.now()
    if rows is None:
        rows = rows_of(app, progress)
    programmes = app.store.folds(progress.generation).programmes.all()
    if exact:
        return Counted(rows=rows, programmes=programmes)
    return Counted.for_everybody(rows, programmes, today=today(app).isoformat(),
                                 smallest=app.smallest_shown)


def figures_of(app: Stats, scope: Scope, *, exact: bool = False) -> Figures:
    """Exact as of what has been folded when asked."""
    return counted(app, exact=exact).figures(scope)
