"""What one caller may take: connections, seconds and bytes."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds unless said otherwise."""

    connections: int = 2_000  # open at once; above that the longest idle one is closed
    idle: float = 30.0  # without a request, or without an answer being read
    head: float = 10.0  # from the request line to the end of the headers
    body: float = 30.0  # for the whole body, however it drips
    linger: float = 0.25  # after SIGTERM: who has knocked by then is still served
    drain: float = 8.0  # after SIGTERM: until requests in hand must be answered
