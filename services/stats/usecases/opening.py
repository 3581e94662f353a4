"""Opening a figure: page by page, what it was added up from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from services.stats.domain.counted import Counted
from services.stats.domain.day import DayRow
from services.stats.domain.figures import Figure, Scope
from services.stats.domain.programme import Programme
from services.stats.domain.source import OPENINGS, Source, amount_of, sources
from services.stats.store import Folds
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A page of sources; `next` asks for the following one. `figure` is of the whole scope.

    `left_out` says that confidential sources exist which this caller may not see.
    """

    figure: Figure
    items: tuple[Source, ...]
    next: str | None
    left_out: bool


def open_figure(app: Stats, name: str, scope: Scope, *, exact: bool, after: str | None = None,
                limit: int) -> Opened:
    """The sources of a figure, by day, programme and street, behind the one named by `after`.

    All of them together add up to the figure, or are its distinct ones several times. `exact` is
    for those who may see what is confidential.
    """
    found = counted(app, exact=exact)
    folds = app.store.folds(app.store.progress.now().generation)
    items: list[Source] = []
    for source in _all(found, folds, name, scope, after or ""):
        items.append(source)
        if len(items) > limit:
            break
    page, more = items[:limit], len(items) > limit
    return Opened(
        figure=found.figures(scope)[name], items=tuple(page),
        next=cursor(page[-1]) if more else None,
        left_out=any(amount_of(row, name, programme) for row, programme in found.hidden(scope)),
    )


def cursor(source: Source) -> str:
    """Names a source's place in the order in which they are given."""
    return f"{source.day}|{source.programme}|{source.street}~{source.kind}~{source.key}"


def _all(found: Counted, folds: Folds, name: str, scope: Scope, after: str) -> Iterator[Source]:
    rows = sorted(found.shown(scope), key=lambda one: _place(one[0]))
    for place, there in groupby(rows, key=lambda one: _place(one[0])):
        if place >= after.partition("~")[0]:
            of_place = [source for row in there for source in _of_day(folds, name, *row)]
            yield from (one for one in sorted(of_place, key=cursor) if cursor(one) > after)


def _place(day: DayRow) -> str:
    """As cursors begin: of what is confidential and what is not alike."""
    return f"{day.place.day}|{day.place.programme}|{day.place.street}"


def _of_day(folds: Folds, name: str, day: DayRow, programme: Programme) -> list[Source]:
    """The sources in one row; where those of persons who count do not add up to it, all are read
    (minutes of somebody whose presence was taken back)."""
    for read in (folds.sources.of, folds.sources.all_of):
        of_day = [source for opening in OPENINGS[name] for row in read(day, opening.kind)
                  for source in sources(row, day, opening, programme)]
        if sum(source.amount for source in of_day) == amount_of(day, name, programme):
            break
    return of_day
