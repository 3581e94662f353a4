"""One SMS by what became of it: submitted, delivered or failed (C-41)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.notifications import MessageDelivered, MessageFailed, MessageSubmitted
from kernel.clock import local_day
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard

Sms = MessageSubmitted | MessageDelivered | MessageFailed
_STATES: dict[type, str] = {
    MessageSubmitted: "submitted",
    MessageDelivered: "delivered",
    MessageFailed: "failed",
}
NEVER_SENT = frozenset({"too_late", "expired"})  # its time was over: no fault of the way it goes


@dataclass(frozen=True, kw_only=True)
class Message:
    """The state is that of the highest sequence heard; it belongs to the day of its first fact."""

    key: str
    told_at: datetime
    state: str = "unknown"
    reason: str | None = None
    segments: int = 0
    sequence: int = 0

    @staticmethod
    def key_of(fact: Sms) -> str:
        return fact.message_id

    @classmethod
    def first(cls, heard: Heard) -> Message:
        fact = heard.fact
        assert isinstance(fact, Sms)
        return cls(key=fact.message_id, told_at=heard.told_at)

    def after(self, heard: Heard) -> Message:
        fact = heard.fact
        kept = replace(self, told_at=min(self.told_at, heard.told_at))
        if isinstance(fact, MessageSubmitted):
            kept = replace(kept, segments=fact.segments)
        if heard.sequence <= self.sequence:
            return kept
        reason = fact.reason if isinstance(fact, MessageFailed) else None
        return replace(kept, state=_STATES[type(fact)], reason=reason, sequence=heard.sequence)

    def shares(self) -> tuple[Share, ...]:
        """One of 已提交, 已送达, 失败; what was not sent because it came too late is 已过期."""
        state = "expired" if self.reason in NEVER_SENT else self.state
        place = Place(day=local_day(self.told_at).isoformat(), programme="", street="")
        sums = {f"messages_{state}": 1, "segments": self.segments}
        return (Share(place=place, sums=sums),)
