"""One HTTP call to a provider, and whether it surely never left (N-5, N-6).

A connection per call: a kept one that the other side closed looks like a lost answer. Never tries
again, follows no redirect, uses no proxy of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from services.notifications.domain.outcome import NoAnswer, NotReached, Refused

BEFORE_THE_FIRST_BYTE = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol,
)
Answer = httpx.Response | NotReached | NoAnswer | Refused
CONNECT_WITHIN = 3.0  # seconds at most, and never longer than the whole call


class Caller:
    """POSTs for one provider; every call may take `within` seconds. Safe from threads."""

    def __init__(self, within: float) -> None:
        self._client = httpx.Client(
            timeout=httpx.Timeout(within, connect=min(CONNECT_WITHIN, within)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    def post(self, url: str, headers: Mapping[str, str],
             content: bytes) -> Answer:
        """The whole answer, whatever its status; or why there is none. Errors keep their kind
        only: their words may hold the number."""
        try:
            return self._client.post(url, headers=dict(headers), content=content)
        except BEFORE_THE_FIRST_BYTE as error:
            return NotReached(type(error).__name__)
        except httpx.LocalProtocolError as error:
            return Refused(type(error).__name__, "give_up")
        except httpx.TransportError as error:
            return NoAnswer(type(error).__name__)

    def close(self) -> None:
        """Lets go of what is open. Safe to repeat."""
        self._client.close()


def told_in(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object that the answer is; an empty one when it is something else."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
