"""What the city's virtual host has for everybody: an exchange, a stream, a place for counts."""

from __future__ import annotations

from typing import Any

FACTS = "city.facts"  # topic; the bridge alone publishes, by the fact's key
LOG = "city.log"  # the stream of all public facts, for replay
DROPS = "city.drops"  # fanout: what subscribers' queues dropped
DROPPED = "city.dropped"  # the queue behind it, where the bridge counts


def log_arguments(*, days: int, gigabytes: int) -> dict[str, Any]:
    """Whichever limit is reached first drops the oldest facts."""
    return {"x-queue-type": "stream", "x-max-age": f"{days}D",
            "x-max-length-bytes": gigabytes * 10**9}


def dropped_arguments() -> dict[str, Any]:
    """Counted soon; should nobody count for long, the oldest go: a count may be too low then."""
    return {"x-queue-type": "quorum", "x-max-length": 100_000, "x-overflow": "drop-head",
            "x-delivery-limit": 2**31 - 1}


def queue_arguments(*, megabytes: int) -> dict[str, Any]:
    """A subscriber's own queue: full, it drops the oldest fact and nobody waits."""
    return {"x-queue-type": "quorum", "x-max-length-bytes": megabytes * 10**6,
            "x-overflow": "drop-head", "x-dead-letter-exchange": DROPS,
            "x-delivery-limit": 2**31 - 1}
