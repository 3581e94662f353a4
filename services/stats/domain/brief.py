"""The brief: the department's own sentences, filled with figures that are exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from services.stats.domain.figures import NAMES, Figure, Figures, fixed_minutes

MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
FORMATS = ("", "万")
_TEN_THOUSAND = 10_000


class BriefFault(ValueError):
    """A sentence cannot be written as it stands; names it and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One sentence with its figures in braces, about one programme."""

    programme: str
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The figures the sentence needs, in its order."""
        found = (name for _, name, _, _ in Formatter().parse(self.text) if name)
        return tuple(name for name in found if name != "month")

    def check(self) -> None:
        """Raises BriefFault for a figure or a format that there is not."""
        for _, name, form, _ in Formatter().parse(self.text):
            if name is not None and name not in ("month", *NAMES):
                raise BriefFault(f"{self.programme}: {{{name}}} is none of month, "
                                 f"{', '.join(NAMES)}")
            if form and form not in FORMATS:
                raise BriefFault(f"{self.programme}: {{{name}:{form}}} is not written as 万")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence as it can be printed. Without one of its figures there is no text.

    `missing` were never reported; `suppressed` are small and confidential; `fixed_minutes` asks
    for a review: 按固定时长计 (C-48).
    """

    programme: str
    text: str | None
    figures: Mapping[str, Figure]
    missing: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    fixed_minutes: int | None = None


class _Written:
    """A figure inside a sentence."""

    def __init__(self, value: int | float) -> None:
        self._value = value

    def __format__(self, form: str) -> str:
        if form == "万" and self._value >= _TEN_THOUSAND:
            return in_ten_thousands(int(self._value))
        return f"{self._value}"


def in_ten_thousands(value: int) -> str:
    """89000 → 8.9万; never more than there is: 89432 → 8.9万余."""
    tenths, left_over = divmod(value, _TEN_THOUSAND // 10)
    whole, tenth = divmod(tenths, 10)
    figure = f"{whole}.{tenth}" if tenth else f"{whole}"
    return f"{figure}万余" if left_over else f"{figure}万"


def write(template: Template, values: Figures, *, as_of: date) -> Sentence:
    """The sentence with the figures of its programme."""
    asked = {name: values[name] for name in template.names}
    absent = [name for name, value in asked.items() if value is None]
    suppressed = tuple(name for name in absent if name in values.suppressed)
    text = None
    if not absent:
        written: dict[str, Any] = {name: _Written(asked[name] or 0) for name in asked}
        text = template.text.format(month=MONTHS[as_of.month - 1], **written)
    return Sentence(
        programme=template.programme, text=text, figures=asked, suppressed=suppressed,
        missing=tuple(name for name in absent if name not in suppressed),
        fixed_minutes=fixed_minutes(values) if "hours" in asked else None,
    )


def read_templates(sentences: Iterable[Mapping[str, Any]]) -> tuple[Template, ...]:
    """The templates of a data file. Raises BriefFault naming what is wrong with which."""
    templates = []
    for number, sentence in enumerate(sentences, start=1):
        if set(sentence) != {"programme", "text"}:
            raise BriefFault(f"sentence {number}: needs programme and text, nothing else")
        template = Template(programme=str(sentence["programme"]), text=str(sentence["text"]))
        try:
            template.check()
        except BriefFault:
            raise
        except ValueError as error:  # a brace that is not closed
            raise BriefFault(f"{template.programme}: {error}") from error
        templates.append(template)
    return tuple(templates)
