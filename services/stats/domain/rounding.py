"""Figures in a sentence: exact, in 万, or with a word that tells where the exact one lies."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

FORMATS = ("", "万", "约", "近", "余")
_SCALES = ((100_000_000, "亿"), (10_000, "万"))
_TEN_THOUSAND = 10_000
_NAMED = re.compile("“[^”]*”")  # a programme's name may have a number in it
_TYPED = re.compile(
    "[0-9０-９]|(?:近|约|超|逾)[一二两三四五六七八九十百千万亿几数]|[十百千]余|余[万亿]"
)


class Written:
    """A figure inside a sentence, written by the format that stands behind its colon."""

    def __init__(self, value: int | float) -> None:
        self._value = value

    def __format__(self, form: str) -> str:
        if form == "万":
            whole = int(self._value)
            return in_ten_thousands(whole) if whole >= _TEN_THOUSAND else f"{self._value}"
        return with_word(self._value, form) if form else f"{self._value}"


def in_ten_thousands(value: int) -> str:
    """89000 → 8.9万; never more than there is: 89432 → 8.9万余."""
    tenths, left_over = divmod(value, _TEN_THOUSAND // 10)
    whole, tenth = divmod(tenths, 10)
    figure = f"{whole}.{tenth}" if tenth else f"{whole}"
    return f"{figure}万余" if left_over else f"{figure}万"


def with_word(value: int | float, word: str) -> str:
    """Two leading digits, and the word where something was rounded off: 近 lies above the exact
    value (492 → 近500), 余 below it (2112 → 2100余), 约 on either side (397636 → 约40万). A value
    that is round already stands without a word.
    """
    exact = Decimal(str(value))
    way = {"近": ROUND_CEILING, "余": ROUND_FLOOR, "约": ROUND_HALF_UP}[word]
    step = Decimal(1).scaleb(max(exact.adjusted() - 1, 0))
    shown = (exact / step).quantize(Decimal(1), way) * step
    text = _in_scale(shown)
    if shown == exact:
        return text
    return f"{text}余" if word == "余" else f"{word}{text}"


def typed_by_hand(text: str) -> str | None:
    """A number or a rounding word that stands in the words of a template itself, where no exact
    value could be behind it; None when there is none. Names in “ ” are not looked at."""
    found = _TYPED.search(_NAMED.sub("", text))
    return found.group() if found else None


def _in_scale(value: Decimal) -> str:
    for size, scale in _SCALES:
        if value >= size:
            return f"{(value / size).normalize():f}{scale}"
    return f"{value.normalize():f}"
