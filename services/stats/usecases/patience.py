"""A database that is away for moments does not end what takes many minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from kernel.mongo import Unavailable, available

T = TypeVar("T")
Tell = Callable[[str], None]
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, *(30.0,) * 8)  # seconds between tries: four and a half minutes


def patiently(work: Callable[[], T], *, tell: Tell) -> T:
    """What `work` gives, which must be safe to repeat; each new try is told. Raises Unavailable
    when the last one did."""
    for pause in PAUSES:
        try:
            with available():
                return work()
        except Unavailable as away:
            tell(f"{away}; trying again in {pause:g} s")
        time.sleep(pause)
    with available():
        return work()
