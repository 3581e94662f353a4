"""By how much a figure moved against an earlier period, 同比 or 环比 (C-46)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.stats.domain.figures import Figure

NO_BASE = "—"


@dataclass(frozen=True, kw_only=True)
class Change:
    """`percent` is exact (to 28 digits), `shown` has one decimal; without a base None and "—"."""

    before: Figure
    percent: Decimal | None
    shown: str


def change_of(now: Figure, before: Figure) -> Change:
    """C-46: no base is one that is 0, was never reported, or is withheld."""
    if now is None or not before:
        return Change(before=before, percent=None, shown=NO_BASE)
    percent = (Decimal(str(now)) - Decimal(str(before))) * 100 / Decimal(str(before))
    rounded = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Change(before=before, percent=percent, shown=f"{rounded:+}%".replace("-", "−"))
