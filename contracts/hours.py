"""Hours as people read them: minutes stay whole until they are printed (C-02)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def hours(minutes: int) -> int | float:
    """Minutes / 60 to two places, rounded half up once, after summing; whole ones as integers."""
    rounded = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(rounded) if rounded == int(rounded) else float(rounded)


def fixed_length(minutes: int, attendances: int) -> int | None:
    """C-48: the whole minutes k when minutes = k × attendances, to be flagged 按固定时长计; None
    for fewer than two attendances, which always fit."""
    if not minutes or attendances < 2 or minutes % attendances:
        return None
    return minutes // attendances
