"""The parts of a published brief as rows, the same for every file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kernel.clock import SHANGHAI
from kernel.words import moment, number, year
from services.stats.domain import words
from services.stats.domain.brief import Sentence
from services.stats.domain.edition import PLATFORM, Edition
from services.stats.domain.figures import Figure
from services.stats.domain.words import FIGURES


@dataclass(frozen=True, kw_only=True)
class Titles:
    """How programmes and kinds of briefs are called, by their keys; a wing is its own name."""

    programmes: Mapping[str, str]
    kinds: Mapping[str, str]

    def about(self, key: str) -> str:
        return self.programmes.get(key, key)


def said(edition: Edition) -> Iterator[tuple[int, str]]:
    """The sentences that could be written, by their number."""
    for place, sentence in enumerate(edition.content.sentences, start=1):
        if sentence.text:
            yield place, sentence.text


def exact(edition: Edition, titles: Titles) -> Iterator[tuple[int, str, str, Figure, str]]:
    """Every figure of a sentence: its number, what it is about, its name, its exact value, and
    what one has to know about it."""
    content = edition.content
    pairs = zip(content.templates, content.sentences, strict=True)
    for place, (template, sentence) in enumerate(pairs, start=1):
        for name, value in sentence.figures.items():
            about = titles.about(template.about)
            yield place, about, FIGURES[name], value, _note(sentence, name)


def changed(edition: Edition, titles: Titles) -> Iterator[tuple[int, str, str, Figure, Figure]]:
    """What a revision revised: sentence, what it is about, figure, before and after."""
    for each in edition.differences:
        about = titles.about(each.about)
        yield each.sentence, about, FIGURES[each.figure], each.before, each.after


def origin(edition: Edition, titles: Titles) -> Iterator[tuple[str, str]]:
    """Where it comes from: query, as-of, signer, position and hash (C-47)."""
    content, position = edition.content, edition.content.position
    yield "编号", called(edition)
    yield "种类", titles.kinds.get(content.kind, content.kind)
    yield "时段", f"{words.day(content.since)}至{words.day(content.as_of)}"
    maker = "系统" if edition.maker == PLATFORM else edition.maker
    yield "起草", f"{maker}，{year(edition.made_at)}{moment(edition.made_at)}"
    yield "签发", f"{edition.signer}，{year(edition.signed_at)}{moment(edition.signed_at)}"
    yield "数据", f"第 {number(position.facts)} 条事实（{position.epoch} · {position.version}）"
    if edition.reason:
        yield "修订原因", edition.reason
    yield "摘要", edition.hash
    yield "前一摘要", edition.previous


def called(edition: Edition) -> str:
    """第 12 号，第 2 版（修订）."""
    mark = "（修订）" if edition.edition > 1 else ""
    return f"第 {edition.brief} 号，第 {edition.edition} 版{mark}"


def signed_on(edition: Edition) -> str:
    """The day of the signature, in Asia/Shanghai."""
    return words.day(edition.signed_at.astimezone(SHANGHAI).date())


def _note(sentence: Sentence, name: str) -> str:
    """C-48, and what is left out because it is confidential."""
    notes = []
    if name == "hours" and sentence.fixed_minutes:
        notes.append(f"按固定时长计 {sentence.fixed_minutes} 分钟，待复核")
    if name in sentence.suppressed:
        notes.append("名单保密，不公开")
    if name in sentence.partial:
        notes.append("另有保密部分不公开")
    return "；".join(notes)
