"""What a provider says of an attempt after its answer: a receipt, pushed, pulled or asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.message import State


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of one attempt, in our states; `state` is None for words we do not know.

    It names the attempt by our id, or by the provider's own (`provider_ref`: BizId, SerialNo,
    message_id), or by both. `code` is the provider's, kept as the reason; `at` is when it arrived
    at the telephone, if the provider says so.
    """

    state: State | None
    attempt_id: str | None = None
    provider_ref: str | None = None
    code: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class NotSeen:
    """The provider answered and says that it never saw this attempt (N-4)."""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What is left at the provider, in the provider's own unit (messages, yuan)."""

    left: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One call of the past, with what providers can be asked by."""

    attempt_id: str
    number: str
    started_at: datetime
    provider_ref: str | None = None

    def __repr__(self) -> str:
        return f"Attempt({self.attempt_id})"
