"""What a brief says now: its sentences with the figures of one moment of the folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.stats.domain.brief import Kind, Sentence, Template, write
from services.stats.domain.broken import FiguresMoving, UnknownKind, WrongPeriod
from services.stats.domain.day import DayRow
from services.stats.domain.edition import Content, Position
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted, rows_of, today

_LOOKS = 20  # at a moment that stands still; a look takes milliseconds


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Every sentence, from the first day asked for (or of the year) to `as_of`."""

    as_of: date
    since: date
    sentences: tuple[Sentence, ...]


def brief(app: Stats, as_of: date, *, since: date | None = None, kind: str) -> Brief:
    """The department's sentences as they stand. Raises UnknownKind, WrongPeriod."""
    since = since or date(as_of.year, 1, 1)
    check_order(since, as_of)
    rows = rows_of(app, app.store.progress.now())
    templates = kind_of(app, kind).templates
    return Brief(as_of=as_of, since=since,
                 sentences=_sentences(app, templates, rows, since=since, as_of=as_of))


def compose(app: Stats, kind: str, *, since: date, as_of: date) -> Content:
    """The brief of a period that is over or goes up to today, with where the folds stood.

    Raises UnknownKind, WrongPeriod, FiguresMoving.
    """
    check_order(since, as_of)
    if as_of > today(app):
        raise WrongPeriod("as_of", "不能晚于今天")
    sort = kind_of(app, kind)
    rows, position = _at_rest(app)
    return Content(
        kind=kind, title=sort.titled(since=since, as_of=as_of), since=since, as_of=as_of,
        templates=sort.templates, position=position,
        sentences=_sentences(app, sort.templates, rows, since=since, as_of=as_of),
    )


def anew(app: Stats, content: Content) -> Content:
    """The same query in the same words, with the figures of now. Raises FiguresMoving."""
    rows, position = _at_rest(app)
    written = _sentences(app, content.templates, rows, since=content.since, as_of=content.as_of)
    return Content(**vars(content) | {"sentences": written, "position": position})


def kind_of(app: Stats, kind: str) -> Kind:
    """Raises UnknownKind that names all there are."""
    if kind not in app.templates:
        raise UnknownKind(tuple(app.templates))
    return app.templates[kind]


def check_order(since: date, as_of: date) -> None:
    """Raises WrongPeriod."""
    if since > as_of:
        raise WrongPeriod("from", "不能晚于 as_of")


def _sentences(app: Stats, templates: Sequence[Template], rows: Sequence[DayRow], *, since: date,
               as_of: date) -> tuple[Sentence, ...]:
    found = counted(app, rows)
    return tuple(
        write(each, found.figures(each.scope(since=since, as_of=as_of)), since=since, as_of=as_of)
        for each in templates
    )


def _at_rest(app: Stats) -> tuple[Sequence[DayRow], Position]:
    """The rows together with the position that they are exactly of: no fold came between."""
    for _ in range(_LOOKS):
        before = app.store.progress.now()
        rows = rows_of(app, before)
        after = app.store.progress.now()
        if (before.epoch, before.version) == (after.epoch, after.version):
            return rows, Position(epoch=after.epoch, version=after.version, facts=after.facts,
                                  told_at=after.told_at)
    raise FiguresMoving
