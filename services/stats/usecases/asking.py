"""Questions: the figures of a scope, and the brief of the year up to a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.clock import local_day
from services.stats.domain.brief import Sentence, write
from services.stats.domain.counted import Counted
from services.stats.domain.figures import Figures, Scope
from services.stats.store.progress import Progress
from services.stats.usecases.application import Stats


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Every sentence, from the first day of the year to `as_of`."""

    as_of: date
    since: date
    sentences: tuple[Sentence, ...]


def today(app: Stats) -> date:
    """The day it is in Asia/Shanghai."""
    return local_day(app.clock())


def position(app: Stats) -> Progress:
    """How far the folds are: what figures asked from now on rest on, or newer. `epoch` and
    `version` together name the state; a frozen figure is kept with them."""
    return app.store.progress.now()


def counted(app: Stats, *, exact: bool = False) -> Counted:
    """All that has been folded when asked; `exact` is for those who may see what is confidential,
    others get it in blocks of enough people."""
    rows = app.store.days.up_to(app.store.progress.now())
    programmes = app.store.programmes.all()
    if exact:
        return Counted(rows=rows, programmes=programmes)
    return Counted.for_everybody(rows, programmes, today=today(app).isoformat(),
                                 smallest=app.smallest_shown)


def figures_of(app: Stats, scope: Scope, *, exact: bool = False) -> Figures:
    """Exact as of what has been folded when asked."""
    return counted(app, exact=exact).figures(scope)


def brief(app: Stats, as_of: date) -> Brief:
    """The department's sentences with the figures of the year so far."""
    since, found = date(as_of.year, 1, 1), counted(app)
    sentences = []
    for template in app.templates:
        scope = Scope(as_of=as_of, since=since, programme=template.programme)
        sentences.append(write(template, found.figures(scope), as_of=as_of))
    return Brief(as_of=as_of, since=since, sentences=tuple(sentences))
