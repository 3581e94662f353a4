"""What this service does: fold what it hears, answer what it is asked, show the board."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kernel.envelope import Envelope
from services.stats.usecases.application import Stats
from services.stats.usecases.folding import QUEUE, fold_figures

Reaction = Callable[[list[Envelope]], None]


def reactions(app: Stats) -> dict[str, Reaction]:
    """What is done with facts of others, by queue."""
    return {QUEUE: partial(fold_figures, app)}
