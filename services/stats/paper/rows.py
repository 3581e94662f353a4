"""The parts of a published brief as rows, the same for every file."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.words import moment, number
from services.stats.domain import words
from services.stats.domain.edition import Edition
from services.stats.domain.figures import Figure
from services.stats.domain.words import FIGURES


def said(edition: Edition) -> Iterator[tuple[int, str]]:
    """The sentences that could be written, by their number."""
    for place, sentence in enumerate(edition.content.sentences, start=1):
        if sentence.text:
            yield place, sentence.text


def exact(edition: Edition) -> Iterator[tuple[int, str, str, Figure]]:
    """Every figure of a sentence: its number, what it is about, its name, its exact value."""
    content = edition.content
    pairs = zip(content.templates, content.sentences, strict=True)
    for place, (template, sentence) in enumerate(pairs, start=1):
        for name, value in sentence.figures.items():
            yield place, template.about, FIGURES[name], value


def origin(edition: Edition) -> Iterator[tuple[str, str]]:
    """Where it comes from: query, as-of, signer, position and hash (C-47)."""
    content, position = edition.content, edition.content.position
    yield "编号", called(edition)
    yield "种类", content.kind
    yield "时段", f"{words.day(content.since)}至{words.day(content.as_of)}"
    yield "起草", f"{edition.maker}，{moment(edition.made_at)}"
    yield "签发", f"{edition.signer}，{words.day(edition.signed_at)} {moment(edition.signed_at)}"
    yield "数据", f"第 {number(position.facts)} 条事实（{position.epoch} · {position.version}）"
    if edition.reason:
        yield "修订原因", edition.reason
    yield "摘要", edition.hash
    yield "前一摘要", edition.previous


def called(edition: Edition) -> str:
    """第 12 号，第 2 版（修订）."""
    mark = "（修订）" if edition.edition > 1 else ""
    return f"第 {edition.brief} 号，第 {edition.edition} 版{mark}"
