"""Many people doing something at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

Order = Callable[[], dict[str, Any]]


def at_once(orders: Sequence[Order], *, within: float = 120) -> list[Any]:
    """What each order answered or raised, in the order given; all start together."""
    barrier = Barrier(len(orders))

    def run(order: Order) -> Any:
        barrier.wait(timeout=30)
        try:
            return order()
        except Exception as fault:
            return fault

    with ThreadPoolExecutor(max_workers=len(orders)) as crowd:
        return list(crowd.map(run, orders, timeout=within))


def statuses(answers: Sequence[Any]) -> dict[str, int]:
    """How many of each status, or of each exception."""
    counted: dict[str, int] = {}
    for each in answers:
        name = each["status"] if isinstance(each, dict) else type(each).__name__
        counted[name] = counted.get(name, 0) + 1
    return counted
