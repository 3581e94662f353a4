"""What the service does: credit hours from what was heard, decide on them, and show them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kernel.envelope import Envelope
from services.volunteers.usecases.application import App
from services.volunteers.usecases.crediting import CREDIT_HOURS, credit_hours
from services.volunteers.usecases.reading import Balance, Hours, balance_of, hours_of, lines_of
from services.volunteers.usecases.ruling import approve, rule

__all__ = [
    "CREDIT_HOURS", "App", "Balance", "Hours", "approve", "balance_of", "credit_hours", "hours_of",
    "lines_of", "reactions", "rule",
]


def reactions(app: App) -> dict[str, Callable[[list[Envelope]], None]]:
    """What happens when facts arrive, by queue."""
    return {CREDIT_HOURS: partial(credit_hours, app)}
