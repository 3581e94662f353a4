"""Stretches of time and whole minutes: what is common to two, what is left, the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """Time from `start` up to, not including, `end`."""

    start: datetime
    end: datetime


Spans = tuple[Span, ...]


def minutes(spans: Iterable[Span]) -> int:
    """Whole minutes of all spans together; seconds are dropped once, at the end (C-01)."""
    return sum((span.end - span.start for span in spans), timedelta()) // MINUTE


def common(one: Span, other: Span) -> Spans:
    """The time in both: one span, or none."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return (Span(start, end),) if start < end else ()


def without(spans: Sequence[Span], taken: Iterable[Span]) -> Spans:
    """What is left of the spans when the taken time is cut out."""
    left = tuple(spans)
    for cut in taken:
        left = tuple(part for span in left for part in _around(cut, span))
    return left


def divided(spans: Sequence[Span], whole: int) -> tuple[Spans, Spans]:
    """The spans that hold the first `whole` minutes, and the rest; in order of time."""
    first: list[Span] = []
    rest: list[Span] = []
    wanted = whole * MINUTE
    for span in spans:
        cut = min(span.end, span.start + wanted)
        first += [Span(span.start, cut)] if span.start < cut else []
        rest += [Span(cut, span.end)] if cut < span.end else []
        wanted -= cut - span.start
    return tuple(first), tuple(rest)


def _around(cut: Span, span: Span) -> Spans:
    """The parts of the span before and after the cut."""
    before, after = Span(span.start, cut.start), Span(cut.end, span.end)
    return (*common(span, before), *common(span, after))
