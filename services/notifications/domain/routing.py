"""Which provider a message leaves by: shares by weight (N-9)."""

from __future__ import annotations

from collections.abc import Mapping


def pick(weights: Mapping[str, float], draw: float) -> str | None:
    """The provider on which a draw from [0, 1) falls; None when no provider has a weight."""
    total = sum(weights.values())
    if total <= 0:
        return None
    place = draw * total
    chosen = None
    for name, weight in weights.items():
        if weight <= 0:
            continue
        chosen = name
        place -= weight
        if place < 0:
            break
    return chosen
