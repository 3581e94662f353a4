"""Waiting by polling with a deadline; no test sleeps on its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# What is certain to come costs nothing to wait for, and another test may take the processor away
# for a quarter of a minute: only who asserts how soon something comes says less.
PATIENCE = 60.0  # seconds


def eventually(check: Callable[[], T], within: float = PATIENCE, every: float = 0.05) -> T:
    """Call `check` until it returns something true and return that.

    An AssertionError inside means "not yet"; any other exception is passed on at once.
    """
    deadline = time.monotonic() + within
    while True:
        missed: AssertionError | None = None
        try:
            if found := check():
                return found
        except AssertionError as error:
            missed, found = error, None
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {missed or repr(found)}") from missed
        time.sleep(every)
