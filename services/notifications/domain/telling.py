"""Which facts a change of state is worth: submitted and delivered are told apart (C-41)."""

from __future__ import annotations

from contracts.event import Fact
from contracts.notifications import MessageDelivered, MessageFailed, MessageSubmitted
from services.notifications.domain.message import Message, State

_TAKEN: frozenset[State] = frozenset({"submitted", "failed", "delivered"})
_LOST: frozenset[State] = frozenset({"failed", "expired", "unknown_final"})


def facts_of(before: State, after: Message) -> list[Fact]:
    """What is told when a message comes from `before` to where it is now; each at most once."""
    facts: list[Fact] = []
    if after.state == before:
        return facts
    who = {"message_id": after.message_id, "purpose": after.purpose, "person_ref": after.person_ref}
    by = {**who, "provider": after.provider or ""}
    if after.state in ("submitted", "delivered") and before not in _TAKEN:
        facts.append(MessageSubmitted(**by, segments=after.segments))
    if after.state == "delivered":
        facts.append(MessageDelivered(**by))
    if after.state in _LOST:
        facts.append(MessageFailed(**who, reason=after.reason or after.state))
    return facts
