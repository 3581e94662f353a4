"""Hours as people read them: minutes stay whole until they are printed (C-02)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def hours(minutes: int) -> int | float:
    """Minutes / 60 to two places, rounded half up once, after summing; whole ones as integers."""
    rounded = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(rounded) if rounded == int(rounded) else float(rounded)
