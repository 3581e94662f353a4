"""Questions: the figures of a scope, and the brief of the year up to a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.clock import local_day
from services.stats.domain.brief import Sentence, write
from services.stats.domain.figures import Figures, Scope, figures, select, tally
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


def figures_of(app: Stats, scope: Scope) -> Figures:
    """Exact as of what has been folded when asked."""
    rows = app.store.days.up_to(app.store.progress.now())
    return figures(tally(select(rows, app.store.programmes.all(), scope)))


def brief(app: Stats, as_of: date) -> Brief:
    """The department's sentences with the figures of the year so far."""
    since = date(as_of.year, 1, 1)
    rows = app.store.days.up_to(app.store.progress.now())
    programmes = app.store.programmes.all()
    sentences = []
    for template in app.templates:
        scope = Scope(as_of=as_of, since=since, programme=template.programme)
        values = figures(tally(select(rows, programmes, scope)))
        sentences.append(write(template, values, as_of=as_of))
    return Brief(as_of=as_of, since=since, sentences=tuple(sentences))
