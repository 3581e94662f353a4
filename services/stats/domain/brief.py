"""The brief: the department's own sentences, filled with figures that are exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from services.stats.domain import words
from services.stats.domain.figures import NAMES, Figure, Figures, Scope, fixed_minutes
from services.stats.domain.rounding import FORMATS, Written, typed_by_hand

MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
PERIOD = ("month", "year", "period")  # what else may stand in braces
_KEYS = {"text", "programme", "wing", "optional"}


class BriefFault(ValueError):
    """A sentence cannot be written as it stands; names it and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One sentence with its figures in braces: about one programme, one wing, or all there is.

    One that is `optional` is left out where a figure was never reported; any other is named.
    """

    text: str
    programme: str | None = None
    wing: str | None = None
    optional: bool = False

    @property
    def about(self) -> str:
        """The programme or wing."""
        return self.programme or self.wing or "全部"

    @property
    def names(self) -> tuple[str, ...]:
        """The figures the sentence needs, in its order."""
        found = (name for _, name, _, _ in Formatter().parse(self.text) if name)
        return tuple(name for name in found if name not in PERIOD)

    def scope(self, *, since: date, as_of: date) -> Scope:
        """What its figures are of."""
        return Scope(since=since, as_of=as_of, programme=self.programme, wing=self.wing)

    def check(self) -> None:
        """Raises BriefFault for a figure or a format that there is not, or a number by hand."""
        for words_before, name, form, _ in Formatter().parse(self.text):
            if typed := typed_by_hand(words_before):
                raise BriefFault(f"{self.about}: {typed} is typed by hand; a figure is {{name}}, "
                                 f"a rounding word {{name:约}}")
            if name is not None and name not in (*PERIOD, *NAMES):
                raise BriefFault(f"{self.about}: {{{name}}} is none of {', '.join(PERIOD)}, "
                                 f"{', '.join(NAMES)}")
            if form and (form not in FORMATS or name in PERIOD):
                allowed = "、".join(each for each in FORMATS if each)
                raise BriefFault(f"{self.about}: {{{name}:{form}}} is not written as {allowed}")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of brief, one data file: its title, which may say {year} and {month}, and sentences.

    `reads_as` stands where one chooses.
    """

    key: str
    title: str
    reads_as: str
    templates: tuple[Template, ...]

    def titled(self, *, since: date, as_of: date) -> str:
        """The title for a period."""
        return self.title.format(**_period(since, as_of))


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence as it can be printed. Without one of its figures there is no text.

    `missing` were never reported; `suppressed` are confidential and not told, `partial` are told
    without such parts; `fixed_minutes` asks for a review: 按固定时长计 (C-48).
    """

    programme: str | None
    text: str | None
    figures: Mapping[str, Figure]
    wing: str | None = None
    missing: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    fixed_minutes: int | None = None


def write(template: Template, values: Figures, *, as_of: date, since: date | None = None) \
        -> Sentence:
    """The sentence with the figures of what it is about."""
    asked = {name: values[name] for name in template.names}
    absent = [name for name, value in asked.items() if value is None]
    suppressed = tuple(name for name in absent if name in values.suppressed)
    text = None
    if not absent:
        written: dict[str, Any] = {name: Written(asked[name] or 0) for name in asked}
        text = template.text.format(**_period(since or date(as_of.year, 1, 1), as_of), **written)
    return Sentence(
        programme=template.programme, wing=template.wing, text=text, figures=asked,
        suppressed=suppressed, partial=tuple(name for name in asked if name in values.partial),
        missing=tuple(name for name in absent if name not in suppressed),
        fixed_minutes=fixed_minutes(values) if "hours" in asked else None,
    )


def read_kind(key: str, content: Mapping[str, Any]) -> Kind:
    """A data file's content. Raises BriefFault naming what is wrong with which sentence."""
    for name in ("title", "reads_as", "sentence"):
        if not content.get(name):
            raise BriefFault(f"has no {name if name != 'sentence' else '[[sentence]]'}")
    title = str(content["title"])
    try:
        title.format(**_period(date(2000, 1, 1), date(2000, 1, 1)))
    except (LookupError, ValueError):
        raise BriefFault(f"title: only {', '.join(PERIOD)} may stand in braces") from None
    return Kind(key=key, title=title, reads_as=str(content["reads_as"]),
                templates=read_templates(content["sentence"]))


def read_templates(sentences: Iterable[Mapping[str, Any]]) -> tuple[Template, ...]:
    """The templates of a data file. Raises BriefFault naming what is wrong with which."""
    templates = []
    for number, sentence in enumerate(sentences, start=1):
        if not sentence.get("text") or set(sentence) - _KEYS or {"programme", "wing"} <= set(
                sentence):
            raise BriefFault(f"sentence {number}: needs text; may have programme or wing, optional")
        template = Template(**sentence)
        try:
            template.check()
        except BriefFault:
            raise
        except ValueError as error:  # a brace that is not closed
            raise BriefFault(f"{template.about}: {error}") from error
        templates.append(template)
    return tuple(templates)


def _period(since: date, as_of: date) -> dict[str, str]:
    """The words of the period: 九, 2021, 2021年1月1日至9月30日."""
    until = words.day(as_of)
    if since.year == as_of.year:
        until = until.removeprefix(f"{as_of.year}年")
    return {"month": MONTHS[as_of.month - 1], "year": f"{as_of.year}",
            "period": f"{words.day(since)}至{until}"}
