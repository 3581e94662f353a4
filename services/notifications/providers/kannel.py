"""Kannel, the open SMS gateway: its sendsms call, its answers and its delivery receipts.

The call is a POST with headers, so that number and text stand in no address that anybody logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from services.notifications.domain.message import State
from services.notifications.domain.outcome import (
    Accepted,
    NoAnswer,
    NotReached,
    Outcome,
    Refused,
    Verdict,
)
from services.notifications.domain.report import Report
from services.notifications.providers.base import Outgoing, Provider

ALL_RECEIPTS = "31"  # delivered, failed, buffered, accepted by and refused by the operator
RECEIPTS: Mapping[int, State] = {
    1: "delivered", 2: "failed", 4: "submitted", 8: "submitted", 16: "failed",
}
VERDICTS: Mapping[int, Verdict] = {400: "give_up", 403: "give_up", 404: "provider_down",
                                   503: "later"}

BEFORE_THE_FIRST_BYTE = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, kw_only=True)
class KannelAccess:
    """Where the gateway takes messages, as whom, and where it brings its receipts."""

    url: str
    username: str
    password: str
    sender: str
    receipts_url: str
    receipts_secret: str
    within: float = 5.0


class Kannel(Provider):
    """One connection per call: a kept one that the gateway closed looks like a lost answer."""

    name = "kannel"

    def __init__(self, access: KannelAccess) -> None:
        self._access = access
        self._client = httpx.Client(
            timeout=httpx.Timeout(access.within, connect=min(3.0, access.within)),
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    def try_send(self, outgoing: Outgoing) -> Outcome:
        headers = self._headers(outgoing)
        try:
            answer = self._client.post(
                self._access.url, headers=headers, content=outgoing.text.encode("utf-16-be")
            )
        except BEFORE_THE_FIRST_BYTE as error:
            return NotReached(type(error).__name__)
        except httpx.LocalProtocolError as error:
            return Refused(type(error).__name__, "give_up")
        except httpx.TransportError as error:
            return NoAnswer(type(error).__name__)
        return outcome_of(answer.status_code, answer.text)

    def close(self) -> None:
        self._client.close()

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        access = self._access
        named = urlencode({"id": outgoing.attempt_id, "secret": access.receipts_secret})
        return {
            "Content-Type": "application/octet-stream",
            "X-Kannel-Username": access.username,
            "X-Kannel-Password": access.password,
            "X-Kannel-From": access.sender,
            "X-Kannel-To": outgoing.number,
            "X-Kannel-Coding": "2",
            "X-Kannel-DLR-Mask": ALL_RECEIPTS,
            "X-Kannel-DLR-Url": f"{access.receipts_url}?{named.replace('%', '%%')}&type=%d",
        }


def outcome_of(status: int, text: str) -> Outcome:
    """What an answer of sendsms means; one that is not known is ambiguous (N-7).

    202 with `0:` (accepted) or `3:` (queued by the gateway) both mean that it is theirs now.
    """
    if status == 202 and text.startswith(("0:", "3:")):
        return Accepted()
    if status == 403 and "Authorization" in text:
        return Refused("authorization", "provider_down")
    listed = status in VERDICTS
    return Refused(f"http_{status}", VERDICTS.get(status, "ambiguous"), listed=listed)


def report_of(attempt_id: str, type_: int) -> Report:
    """What a receipt of this type means; the code says which it was."""
    return Report(attempt_id=attempt_id, state=RECEIPTS.get(type_), code=f"receipt_{type_}")
