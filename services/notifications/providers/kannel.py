"""Kannel, the open SMS gateway: its sendsms call, its answers and its delivery receipts.

The call is a POST with headers, so that number and text stand in no address that anybody logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from services.notifications.domain.message import State
from services.notifications.domain.outcome import Accepted, Outcome, Refused, Verdict
from services.notifications.domain.report import Report
from services.notifications.domain.text import segments_by_units
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.providers.calling import Caller

ALL_RECEIPTS = "31"  # delivered, failed, buffered, accepted by and refused by the operator
RECEIPTS: Mapping[int, State] = {
    1: "delivered", 2: "failed", 4: "submitted", 8: "submitted", 16: "failed",
}
VERDICTS: Mapping[int, Verdict] = {400: "give_up", 403: "give_up", 404: "provider_down",
                                   503: "later"}


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
    """Sends our text as it is; the gateway cuts it into segments."""

    name = "kannel"

    def __init__(self, access: KannelAccess) -> None:
        self._access = access
        self._caller = Caller(access.within)

    def segments(self, text: str, template: str, values: Mapping[str, str]) -> int:
        """Kannel cuts by units alone."""
        return segments_by_units(text)

    def try_send(self, outgoing: Outgoing) -> Outcome:
        answer = self._caller.post(
            self._access.url, self._headers(outgoing), outgoing.text.encode("utf-16-be")
        )
        if not isinstance(answer, httpx.Response):
            return answer
        return outcome_of(answer.status_code, answer.text)

    def close(self) -> None:
        self._caller.close()

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
